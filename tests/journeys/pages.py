"""A browser without JavaScript for the stories: reads a page, fills in its forms as they are, presses a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

VOID = {"submit", "button", "image", "reset"}


@dataclass
class Form:
    """A form of the page: where it goes, what stands in it, which buttons it has."""

    action: str
    method: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """Collects forms and links; controls outside their form name it by ``form=``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.links: list[tuple[str, str]] = []
        self.loose: list[tuple[str, str, dict[str, str]]] = []
        self.inside: Form | None = None
        self.open: dict[str, str] | None = None
        self.kind = ""
        self.text = ""
        self.chosen: list[str] = []
        self.first: str | None = None
        self.words: list[str] = []
        self.feed(html)
        for kind, text, attributes in self.loose:
            self._put(self.by_id.get(attributes["form"]), kind, text, attributes)

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in found}
        if tag == "form":
            self.inside = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self.inside)
            self.by_id[attributes.get("id", "")] = self.inside
        elif tag == "input":
            self._control(tag, "", attributes)
        elif tag in ("textarea", "button", "select", "a"):
            self.open, self.kind, self.text, self.chosen, self.first = attributes, tag, "", [], None
        elif tag == "option" and self.open is not None:
            self.first = attributes.get("value", "") if self.first is None else self.first
            if "selected" in attributes:
                self.chosen.append(attributes.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif self.open is not None and tag == self.kind:
            attributes, self.open = self.open, None
            if tag == "a":
                self.links.append((attributes.get("href", ""), " ".join(self.text.split())))
            elif tag == "select":
                attributes["value"] = (self.chosen or [self.first or ""])[0]
                self._control(tag, "", attributes)
            else:
                self._control(tag, self.text, attributes)

    def handle_data(self, data: str) -> None:
        self.text += data
        self.words.append(data)

    def _control(self, kind: str, text: str, attributes: dict[str, str]) -> None:
        if "form" in attributes:
            self.loose.append((kind, text, attributes))
        else:
            self._put(self.inside, kind, text, attributes)

    def _put(self, form: Form | None, kind: str, text: str, attributes: dict[str, str]) -> None:
        if form is None or "disabled" in attributes:
            return
        name, value = attributes.get("name", ""), attributes.get("value", "")
        input_type = attributes.get("type", "text")
        form.names.add(name)
        if kind == "button" or input_type in VOID:
            if attributes.get("type", "submit") == "submit" and attributes.get("aria-disabled") != "true":
                form.buttons.append((name, value, " ".join(text.split())))
        elif input_type in ("checkbox", "radio"):
            if "checked" in attributes:
                form.values.append((name, value or "on"))
        elif name and input_type != "file":
            form.values.append((name, text.strip("\n") if kind == "textarea" else value))


class Browser:
    """One window. ``path`` and ``html`` are of the page that is open now."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self.path = self.html = ""
        self.status = 0
        self.page = Reader("")

    def open(self, path: str) -> Browser:
        return self._show(self.client.get(path), path)

    def _show(self, response: Any, path: str) -> Browser:
        hops = 0
        while response.status_code in (301, 302, 303, 307):
            path = urljoin(path, response["Location"])
            response = self.client.get(path)
            hops += 1
            assert hops < 8, f"redirected in circles at {path}"
        self.path, self.status = path, response.status_code
        self.html = response.content.decode()
        self.page = Reader(self.html)
        return self

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.page.words).split())

    def follow(self, words: str) -> Browser:
        """Click the link that says so."""
        target = next((href for href, text in self.page.links if words in text), None)
        assert target is not None, f"no link {words!r} on {self.path}: {[t for _h, t in self.page.links]}"
        return self.open(urljoin(self.path, target))

    def press(self, words: str, expect: int = 200, **values: Any) -> Browser:
        """Fill in and press the button with these words (or ``name=value``)."""
        return self.press_with(words, values, expect)

    def press_with(self, words: str, values: dict[str, Any], expect: int = 200) -> Browser:
        """The same for fields whose names are no Python names."""
        form, button = self._button(words, values)
        unknown = set(values) - form.names - {"photos"}
        assert not unknown, f"{self.path}: the form of {words!r} has no {unknown}, only {sorted(form.names)}"
        data: dict[str, Any] = {}
        for name, value in form.values:
            data.setdefault(name, []).append(value)
        data |= values
        if button[0]:
            data[button[0]] = button[1]
        target = urljoin(self.path, form.action or urlsplit(self.path).path + _query(self.path))
        response = self.client.post(target, data) if form.method == "post" else self.client.get(target, data)
        self._show(response, target)
        assert self.status == expect, f"{words!r} on {target} answered {self.status}: {self.text[:1500]}"
        return self

    def _button(self, words: str, values: dict[str, Any]) -> tuple[Form, tuple[str, str, str]]:
        for form in self.page.forms:
            for button in form.buttons:
                said = words in button[2] or words == f"{button[0]}={button[1]}"
                if said and set(values) - {"photos"} <= form.names:
                    return form, button
        seen = [[b[2] or f"{b[0]}={b[1]}" for b in form.buttons] for form in self.page.forms]
        raise AssertionError(
            f"no button {words!r} with {sorted(values)} on {self.path} ({self.status}): {seen}\n{self.text[:800]}"
        )


def _query(path: str) -> str:
    query = urlsplit(path).query
    return f"?{query}" if query else ""
