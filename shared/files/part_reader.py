"""Streaming reader for the XML parts of an office document."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.parsers import expat

from shared.kernel.files import DamagedFile, ExternalContent, FileInFile, ProgramInFile

# A file of fifteen megabytes with table cells alone has three million tags.
MAX_TAGS = 4_000_000
# A document with nested tables and boxes has less than a tenth of this depth of elements.
DEEPEST = 1000
_XML_SUFFIXES = (".xml", ".rels", ".vml", ".svg", ".rdf", ".xsl", ".xslt", ".xhtml", ".html")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class PartPolicy:
    """The base class of policies for one part of a document.

    Names of elements have no prefixes; names of attributes have prefixes (``local_attributes``
    removes the prefixes).
    """

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""

    def end(self, element: str) -> None:
        """Handle the end of an element."""

    def text(self, words: str) -> None:
        """Handle a piece of the text between two tags."""


def xml_parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each part that an office program could read as XML.

    Raises ``DamagedFile`` if two parts have the same name, because programs would read different
    parts.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name.lower() for name in archive.namelist()]
        if len(set(names)) != len(names):
            raise DamagedFile
        for entry in archive.infolist():
            part = archive.read(entry)
            if part and _is_xml(entry.filename, part):
                yield entry.filename, part


def _is_xml(name: str, part: bytes) -> bool:
    if name.lower().endswith(_XML_SUFFIXES):
        return True
    start = part[:200]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip().startswith(b"<")


class PartReader:
    """A reader of parts, with a limit on the count of tags in all parts together."""

    def __init__(self) -> None:
        self._left = MAX_TAGS
        self._depth = 0

    def read(self, part: bytes, policy: PartPolicy) -> None:
        """Pass the tags and texts of a part to ``policy``.

        Raises a kind of ``FileRefused``, for example ``DamagedFile`` for a part that is no XML.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: self._start(policy, name, attributes)
        parser.EndElementHandler = lambda name: self._end(policy, name)
        parser.CharacterDataHandler = policy.text
        parser.StartDoctypeDeclHandler = _refuse_declarations
        parser.ProcessingInstructionHandler = _require_known_instruction
        self._depth = 0
        try:
            parser.Parse(part, True)
        except expat.ExpatError as trip:
            raise DamagedFile(type(trip).__name__) from trip

    def _start(self, policy: PartPolicy, name: str, attributes: Mapping[str, str]) -> None:
        self._left -= 1
        self._depth += 1
        if self._left < 0 or self._depth > DEEPEST:
            raise FileInFile
        policy.start(_local(name), attributes)

    def _end(self, policy: PartPolicy, name: str) -> None:
        self._depth -= 1
        policy.end(_local(name))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def local_attributes(attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the name without prefix and the value of each attribute but ``xmlns``."""
    for name, value in attributes.items():
        if not name.startswith("xmlns"):
            yield _local(name), value


def _refuse_declarations(*_declared: object) -> None:
    # A declaration may load other files, or define entities that grow endlessly. Office programs
    # write no declarations.
    raise ProgramInFile


def _require_known_instruction(target: str, _words: str) -> None:
    if not target.startswith("mso-"):
        # A style sheet at another address may contain a program.
        raise ExternalContent
