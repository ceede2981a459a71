"""Streaming reader for the XML parts of an office document; it builds no tree."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.parsers import expat

from shared.kernel.files import DamagedFile, ExternalContent, FileInFile, ProgramInFile

# Each table cell has two tags; a file of fifteen megabytes of cells has three million tags.
MAX_TAGS = 4_000_000
# No document of a person has a tenth of this depth of nested tables and boxes.
DEEPEST = 1000
_XML_SUFFIXES = (".xml", ".rels", ".vml", ".svg", ".rdf", ".xsl", ".xslt", ".xhtml", ".html")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class PartPolicy:
    """The base of policies, each of which judges one part; the base refuses nothing.

    Names of elements have no prefixes, names of attributes have prefixes (``local_attributes``). A
    policy for some kind of part overrides the methods that it needs.
    """

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""

    def end(self, element: str) -> None:
        """Handle the end of an element."""

    def text(self, words: str) -> None:
        """Handle a piece of the text between two tags."""


def xml_parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each part that an office program could read as XML.

    Raises ``DamagedFile`` if two parts have one name, because programs differ on which part counts.
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
    """A reader of parts, with one limit on the number of tags in all parts."""

    def __init__(self) -> None:
        self._left = MAX_TAGS
        self._depth = 0

    def read(self, part: bytes, policy: PartPolicy) -> None:
        """Pass every tag to ``policy``. Raises ``DamagedFile`` for a part that is no XML."""
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
    """Yield attributes by names without prefixes; declarations of prefixes are left out."""
    for name, value in attributes.items():
        if not name.startswith("xmlns"):
            yield _local(name), value


def _refuse_declarations(*_declared: object) -> None:
    # No office program writes declarations, which name files to load, or entities that grow
    # endlessly.
    raise ProgramInFile


def _require_known_instruction(target: str, _words: str) -> None:
    if not target.startswith("mso-"):
        # A style sheet from another address may be a program.
        raise ExternalContent
