"""``explain``: what a code means that ``status``, ``check``, ``test-call`` and ``install`` end with."""

from __future__ import annotations

import difflib

import click

from wizard.words.causes.pages import PAGES, groups, page_lines

from .completing import complete_code
from .output import as_json, print_json


@click.command()
@click.argument("code", metavar="[CODE]", required=False, shell_complete=complete_code)
@as_json
def explain(code: str | None, as_json: bool) -> None:
    """What a cause or a verdict's reason means, what to do, and what to tell the carrier; without CODE, all of them."""
    if code is None:
        _list(as_json=as_json)
        return
    page = PAGES.get(code)
    if page is None:
        close = difflib.get_close_matches(code, PAGES)
        hint = f" Did you mean {' or '.join(close)}?" if close else " Without a code, all are listed."
        raise click.UsageError(f"There is no code “{code}”.{hint}")
    if as_json:
        print_json(page.document())
    else:
        for line in page_lines(page):
            click.echo(line)


def _list(*, as_json: bool) -> None:
    if as_json:
        print_json([page.document() for page in PAGES.values()])
        return
    for title, pages in groups():
        click.echo(f"{title}:")
        for page in pages:
            click.echo(f"  {page.code:32} {page.happened}")
