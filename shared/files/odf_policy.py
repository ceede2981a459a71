"""Policy against programs and external content in documents of LibreOffice."""

import re
from collections.abc import Mapping

from shared.files.links import is_inside, is_web_link, require_inner_formula
from shared.files.part_reader import PartPolicy, PartReader, local_attributes, xml_parts
from shared.kernel.files import ExternalContent, ProgramInFile

# Elements whose addresses may lead to the web, because a person must click them.
_LINKS = {"a"}
# Elements whose addresses may only name parts of the same document, because programs load them
# without a click.
_PARTS = {
    "auto-reload", "background-image", "fill-image", "font-face-uri", "image",
    "list-level-style-image", "marker", "object", "sound", "template",
}  # fmt: skip
_ELEMENTS = {
    "applet", "cell-range-source", "connection-resource", "execute-macro", "floating-frame",
    "library", "module", "object-ole", "plugin", "script", "section-source", "table-source",
}  # fmt: skip
_FORMULAS = {"formula", "condition", "expression", "cell-range-address"}
_NAMES = {"macro-name", "command", "datasource", "connection-name"}
_BEGINNINGS = ("dde-", "database-", "macro")
# Folders that contain only programs, or dialogs that start programs.
_FOLDERS = {"basic", "scripts", "dialogs"}
_SHOWS = {
    "none", "previous-page", "next-page", "first-page", "last-page", "hide", "stop", "show",
    "fade-out", "sound", "last-visited-page",
}  # fmt: skip
_OPEN_SIGNS = str.maketrans({"[": " ", "]": " ", "|": ";"})
_BEFORE_FORMULA = re.compile(r"(?:[a-z]+:)?=?")


def require_harmless_odf(content: bytes) -> None:
    """Check each XML part of a document. Raises a kind of ``FileRefused``."""
    reader = PartReader()
    for name, part in xml_parts(content):
        folders = {folder.lower() for folder in name.split("/")[:-1]}
        if folders & _FOLDERS or "configurations2" in folders:
            # The folder "configurations2" has menus and keys that may start macros.
            raise ProgramInFile
        reader.read(part, _Part())


class _Part(PartPolicy):
    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Check the name and the attributes of an element."""
        if element in _ELEMENTS or (element == "event-listener" and not _is_show(attributes)):
            raise ProgramInFile
        if element.startswith(_BEGINNINGS):
            raise ExternalContent
        for name, value in local_attributes(attributes):
            if name == "href" and value:
                _judge_address(element, value)
            elif name in _FORMULAS:
                # In ODF formulas, addresses of cells have square brackets ([.A1]), and a bar
                # separates the rows of a list; without the translation both would be refused.
                formula = _BEFORE_FORMULA.sub("", value, count=1)
                require_inner_formula(formula.translate(_OPEN_SIGNS))
            elif name in _NAMES and value:
                raise ProgramInFile


def _is_show(attributes: Mapping[str, str]) -> bool:
    """Return whether the action of an event is an allowed action of a presentation."""
    return dict(local_attributes(attributes)).get("action") in _SHOWS


def _judge_address(element: str, address: str) -> None:
    if element in _LINKS or element == "event-listener":
        if not is_web_link(address):
            raise ExternalContent
    elif element not in _PARTS or not is_inside(address) or ".." in address:
        raise ExternalContent
