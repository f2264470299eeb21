"""``python -m tests.diagnosis_pages``: writes docs/diagnoses from the words and the rules."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path

from wizard.carrier.diagnosis.cause import Rule
from wizard.carrier.diagnosis.rules import RULES
from wizard.words.causes import OBSERVATIONS
from wizard.words.causes.pages import PAGES, DiagnosisPage, groups

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "diagnoses"
_WRITTEN = "Written by `python -m tests.diagnosis_pages`; don't edit it."
_RULES = {rule.code: rule for rule in RULES}


def documents() -> dict[str, str]:
    """Name and text of each file."""
    return {"README.md": _index(), **{f"{page.code}.md": _document(page) for page in PAGES.values()}}


def observed_by(rule: Rule) -> list[str]:
    """What a rule says that it saw: the names that it, or a function of its module that it calls, gives to ``seen``."""
    module = inspect.getmodule(rule.sees)
    names: dict[str, None] = {}
    # A rule that a function makes is told by that function.
    functions, done = [rule.sees.__qualname__.split(".")[0]], set[str]()
    while functions:
        function = getattr(module, functions.pop(), None)
        if not inspect.isfunction(function) or function.__module__ != rule.sees.__module__ or function.__name__ in done:
            continue
        done.add(function.__name__)
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "seen":
                    names.update(dict.fromkeys(keyword.arg for keyword in node.keywords if keyword.arg))
                functions.append(node.func.id)
    return list(names)


def _document(page: DiagnosisPage) -> str:
    lines = [f"# {page.happened}", "", f"`{page.code}` · {page.group} · [all of them](README.md)", ""]
    lines += [f"**{'Why' if page.is_cause else 'What it means'}.** {page.why}", ""]
    # Rules that share a function give it their observations by table: those are not read from the source.
    if page.code in _RULES and observed_by(_RULES[page.code]):
        lines += [f"**How the wizard knows.** {_evidence(_RULES[page.code])}", ""]
    if page.try_next:
        lines += [f"**What to do next.** {page.try_next}", ""]
    if page.tell_carrier:
        lines += [f"**What to tell the carrier.** “{page.tell_carrier}”", ""]
    if page.symptoms:
        lines += [f"**Symptoms.** {', '.join(map(str, page.symptoms))} of `wizard/carrier/diagnosis/symptoms.py`.", ""]
    return "\n".join([*lines, f"<!-- {_WRITTEN} -->", ""])


def _evidence(rule: Rule) -> str:
    shown = ", ".join(f"{OBSERVATIONS.get(name, name)} (`{name}`)" for name in observed_by(rule))
    said = f"As far as there is something to show, it shows: {shown}."
    return f"{said} How sure it is depends on what of that was seen: see [certainties](../diagnosis.md)."


def _index() -> str:
    lines = ["# What each diagnosis means", "", f"{_WRITTEN} `carrier-wizard explain CODE` prints the same words,"]
    lines += ["and the wizard's pages link to them. What the lab proves of each is in [the table](../diagnosis-table.md).", ""]
    for title, pages in groups():
        lines += [f"## {title}", "", *(f"* [{page.happened}]({page.code}.md) `{page.code}`" for page in pages), ""]
    return "\n".join(lines)


def write() -> None:
    """Put the pages in the place of those that are there."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        path.unlink()
    for name, text in documents().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    write()
