"""The forms of a page, read from its HTML as a browser reads them."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

PLAUSIBLE = "Twenty plain letters and some more"


@dataclass
class Form:
    """Where it goes, how, and what stands in its fields; several values stand in a choice."""

    action: str
    method: str
    is_multipart: bool
    fields: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    buttons: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    def filled(self) -> dict[str, str]:
        """What a browser would send for the first of each choice and plain words elsewhere."""
        return {
            name: values[0] if name in self.hidden or len(values) > 1 else values[0] or PLAUSIBLE
            for name, values in self.fields.items()
        }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Form] = []
        self.language = ""
        self._form: Form | None = None
        self._area = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.language = given.get("lang", "")
            case "form":
                self._form = Form(
                    action=given.get("action", ""),
                    method=given.get("method", "get").lower(),
                    is_multipart=given.get("enctype", "") == "multipart/form-data",
                )
                self.found.append(self._form)
            case "textarea":
                self._area = given.get("name", "")
                self._put(self._area, "")
            case "select":
                self._select = given.get("name", "")
            case "option" if self._select:
                self._put(self._select, given.get("value", ""))
            case "input" | "button":
                self._input(tag, given)

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._form = None
            case "textarea":
                self._area = ""
            case "select":
                self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.fields[self._area] = [self._form.fields[self._area][0] + data]

    def _input(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "submit" if tag == "button" else "")
        if not name or self._form is None:
            return
        if kind == "file":
            self._form.files.add(name)
            return
        if kind in ("submit", "button"):
            self._form.buttons[name] = given.get("value", "")
            return
        if kind == "hidden":
            self._form.hidden.add(name)
        self._put(name, given.get("value", ""))

    def _put(self, name: str, value: str) -> None:
        if self._form is not None and name:
            self._form.fields.setdefault(name, []).append(value)


def forms_on(html: str) -> list[Form]:
    """Every form of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


def language_of(html: str) -> str:
    """The language that a page says it is in; blank for a fragment."""
    tag = re.search(r"<html\b[^>]*>", html)
    reader = _Reader()
    reader.feed(tag.group() if tag else "")
    return reader.language
