"""Who may know whom: one direction of imports, and libraries only where they belong."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "wizard"

#: layer → the layers it may import; everything may import errors, secret and words
LAYERS: dict[str, set[str]] = {
    "carrier": set(),
    "flow": {"carrier"},
    "dialer": {"carrier"},
    "words": {"carrier", "dialer"},
    "store": {"carrier", "dialer", "instance"},
    "service": {"carrier", "dialer", "store", "instance"},
    "cli": {"carrier", "flow", "dialer", "store", "service", "instance", "web"},
    "web": {"carrier", "flow", "dialer", "store", "service", "instance"},
}
EVERYBODY_MAY_USE = {"errors", "secret", "words"}
#: the core speaks no words: it has codes
CORE = {"carrier", "flow"}

#: library → the places that may import it
LIBRARIES = {
    "flask": ("web/",),
    "flask_htmx": ("web/",),
    "wtforms": ("web/",),
    "markupsafe": ("web/",),
    "werkzeug": ("web/",),
    "waitress": ("cli/serve.py",),
    "paramiko": ("dialer/ssh.py", "dialer/ssh_keys.py", "dialer/host_keys.py", "dialer/connection.py"),
    "sqlite_utils": ("store/",),
    "cryptography": ("store/vault.py", "dialer/ssh_keys.py", "dialer/host_keys.py"),
    "click": ("cli/",),
    "apprise": ("service/watching/sending.py",),
    "platformdirs": ("instance.py",),
}
#: what the pure core may import besides itself; phonenumbers is tables and rules, without any input or output
PURE = {
    "__future__", "abc", "bisect", "collections", "csv", "dataclasses", "decimal", "difflib", "enum", "functools", "hashlib",
    "html", "ipaddress", "itertools", "math", "phonenumbers", "re", "shlex", "types", "typing", "urllib",
}  # fmt: skip

MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Absolute names of the modules that a file imports."""
    names: set[str] = set()
    package = ["wizard", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*base, *([node.module] if node.module else [])]))
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    layer = path.relative_to(PACKAGE).parts[0]
    if layer not in LAYERS:
        return
    own = {name.split(".")[1] for name in imported(path) if name.startswith("wizard.")}
    allowed = LAYERS[layer] | {layer} | (EVERYBODY_MAY_USE - ({"words", "errors"} if layer in CORE else set()))
    assert own <= allowed, f"{path} imports {own - allowed}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_where_they_belong(path: Path) -> None:
    place = str(path.relative_to(PACKAGE))
    for name in imported(path):
        allowed = LIBRARIES.get(name.split(".")[0])
        assert allowed is None or place.startswith(allowed), f"{place} imports {name}"


@pytest.mark.parametrize("path", sorted((PACKAGE / "carrier").rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_is_pure(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported(path) if not name.startswith("wizard")}
    assert outside <= PURE


def test_the_package_does_not_need_the_top_level_module() -> None:
    assert not any("app" in imported(path) for path in MODULES)


def test_no_module_is_larger_than_its_job() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > 400} == {}
