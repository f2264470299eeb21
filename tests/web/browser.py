"""A browser without a screen: Flask's client, which checks every page that it is given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

from wizard.instance import access_token

_NAMELESS_INPUTS = {"hidden", "submit"}


@dataclass
class Page:
    """A page, parsed."""

    status: int
    text: str
    root: Element
    url: str

    def find_all(self, tag: str) -> list[Element]:
        return list(self.root.iter(tag))

    @property
    def title(self) -> str:
        return "".join(self.find_all("title")[0].itertext())

    @property
    def heading(self) -> str:
        return " ".join("".join(self.find_all("h1")[0].itertext()).split())

    @property
    def words(self) -> str:
        """All text, blanks folded."""
        return " ".join("".join(self.root.itertext()).split())

    def form(self, action_ends: str) -> dict[str, Any]:
        """The values that a browser would send for the form whose action ends so."""
        [form] = [each for each in self.find_all("form") if each.get("action", "").endswith(action_ends)]
        values: dict[str, Any] = {}
        for each in form.iter():
            name = each.get("name")
            if name is None or each.get("disabled") is not None:
                continue
            if each.tag == "select":
                chosen = [option.get("value") for option in each.iter("option") if option.get("selected") is not None]
                values[name] = chosen[0] if chosen else next(each.iter("option")).get("value")
            elif each.tag == "input" and each.get("type") in ("checkbox", "radio"):
                if each.get("checked") is not None:
                    values.setdefault(name, []).append(each.get("value"))
            elif each.tag == "input":
                values[name] = each.get("value", "")
            elif each.tag == "textarea":
                values[name] = each.text or ""
        return values

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of all tables' rows, as text."""
        rows = ([" ".join("".join(cell.itertext()).split()) for cell in row.iter("td")] for row in self.find_all("tr"))
        return [tuple(row) for row in rows if row]

    def links(self) -> list[str]:
        return [each.get("href", "") for each in self.find_all("a")]

    def element(self, element_id: str) -> Element | None:
        return next((each for each in self.root.iter() if each.get("id") == element_id), None)


@dataclass
class Browser:
    """Opens the wizard with its token, follows redirects, and fails on a page that is not as pages must be."""

    app: Flask
    #: texts that no page may hold
    forbidden: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def sign_in(self) -> Page:
        folder = self.app.extensions["carrier_wizard"].workspace.folder
        return self.get(f"/?token={access_token(folder)}")

    def get(self, url: str, *, status: int = 200) -> Page:
        return self._page(self.client.get(url, follow_redirects=True), status)

    def post(self, url: str, data: dict[str, Any] | None = None, *, status: int = 200) -> Page:
        response = self.client.post(url, data=data or {}, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True)
        return self._page(response, status)

    def fragment(self, url: str, data: dict[str, Any] | None = None) -> str:
        """What htmx would swap in."""
        headers = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
        response = self.client.get(url, headers=headers) if data is None else self.client.post(url, data=data, headers=headers)
        assert response.status_code == 200
        self._check_secrets(response.text)
        return response.text

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
        text = response.text
        self._check_secrets(text)
        check_headers(response)
        root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(_without_svg(text))
        page = Page(response.status_code, text, root, response.request.path)
        check_page(page)
        return page

    def _check_secrets(self, text: str) -> None:
        for secret in self.forbidden:
            assert secret not in text, "a secret is on the page"


def check_headers(response: TestResponse) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def check_page(page: Page) -> None:
    """Every page: one title, one h1, unique ids, named and labelled fields, forms that say where they go."""
    assert len(page.find_all("title")) == 1
    assert len(page.find_all("h1")) == 1
    ids = Counter(each.get("id") for each in page.root.iter() if each.get("id"))
    assert [name for name, count in ids.items() if count > 1] == []
    _check_fields(page, set(ids))
    for form in page.find_all("form"):
        assert form.get("action")
        # What is asked of a page stands in its address; what changes something, or is secret, never does.
        assert form.get("method") == "post" or not any(each.get("type") in ("password", "hidden") for each in form.iter())
    for each in page.root.iter():
        assert not [name for name in each.attrib if name.startswith("on")], "no script in the page"
        assert "style" not in each.attrib
    for script in page.find_all("script"):
        assert script.get("src", "").startswith("/static/")
    assert re.search(r'(?:src|action)="(?:https?:)?//', page.text) is None, "no other host"
    for each in page.root.iter():
        if re.match(r"(?:https?:)?//", each.get("href", "")):
            assert (each.tag, each.get("rel")) == ("a", "noreferrer"), "another host is only linked to, and not told from where"


def _check_fields(page: Page, ids: set[str | None]) -> None:
    labelled = {label.get("for") for label in page.find_all("label")}
    inside = {field for label in page.find_all("label") for field in label.iter() if field.tag in ("input", "select")}
    for each in [*page.find_all("input"), *page.find_all("select"), *page.find_all("textarea")]:
        if each.get("type") in _NAMELESS_INPUTS:
            continue
        assert each.get("name"), f"a field without a name on {page.url}"
        assert each.get("id") in labelled or each in inside, f"{each.get('name')} has no label"
        for described in (each.get("aria-describedby") or "").split():
            assert described in ids, f"{each.get('name')} is described by {described}, which is not there"
    for button in page.find_all("button"):
        assert "".join(button.itertext()).strip() or button.get("aria-label")


def _without_svg(text: str) -> str:
    """html5lib knows no namespaces here; the drawings are ours and have no fields."""
    return re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
