"""Policy for PDF: only listed actions and kinds of annotations are allowed.

The objects of an unsigned file are checked after the file was rewritten without escaped names,
object streams and earlier states.
"""

import json
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import islice
from typing import Any

import pikepdf

from shared.files.links import is_web_link
from shared.kernel.files import (
    DamagedFile,
    EncryptedFile,
    ExternalContent,
    FileInFile,
    ProgramInFile,
)

# The largest size in bytes of a file's objects as JSON; a text of a thousand pages has 20 MiB.
MAX_TREE = 48 * 1024 * 1024
# The largest count of saved states of a signed PDF; a document with five signatures has six.
MAX_REVISIONS = 12

CATALOG_KEYS = frozenset(
    f"/{name}"
    for name in (
        "AA", "AcroForm", "AF", "Dests", "DSS", "Extensions", "Lang", "Legal", "MarkInfo",
        "Metadata", "Names", "OCProperties", "OpenAction", "Outlines", "OutputIntents",
        "PageLabels", "PageLayout", "PageMode", "Pages", "Perms", "PieceInfo", "StructTreeRoot",
        "Threads", "Type", "Version", "ViewerPreferences",
    )
)  # fmt: skip
_NAME_TREES = {"/Dests", "/AP", "/Pages", "/Templates", "/IDS", "/URLS"}
_FORM_KEYS = {"/Fields", "/NeedAppearances", "/SigFlags", "/CO", "/DR", "/DA", "/Q"}
_ANNOTATIONS = {
    f"/{name}"
    for name in (
        "Text", "Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine",
        "Highlight", "Underline", "Squiggly", "StrikeOut", "Caret", "Stamp", "Ink", "Popup",
        "Widget", "Watermark", "Redact", "PrinterMark", "TrapNet",
    )
}  # fmt: skip
_ACTIONS = {"/GoTo", "/URI", "/Named"}
_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
# The forbidden actions of the PDF standard; no other object has such a name under ``/S``.
_OTHER_ACTIONS = {
    f"/{name}"
    for name in (
        "GoTo3DView", "GoToDp", "GoToE", "GoToR", "Hide", "ImportData", "JavaScript", "Launch",
        "Movie", "Rendition", "ResetForm", "RichMediaExecute", "SetOCGState", "Sound",
        "SubmitForm", "Thread", "Trans",
    )
}  # fmt: skip
_LEADS_OUT = {"/GoToR", "/GoToDp", "/SubmitForm", "/ImportData"}
_FILE_KEYS = {"/F", "/UF", "/DOS", "/Mac", "/Unix"}

# The JSON of qpdf, in which a name is "/Name", a string "u:..." or "b:...", a reference "5 0 R".
Tree = Any


def require_harmless_pdf(content: bytes, *, budget: int = MAX_TREE, whole: bool = False) -> int:
    """Check every object; return the bytes that are left of ``budget``.

    ``whole`` refuses a file that needs repairs, because programs repair a file in different ways.
    Raises ``ProgramInFile``, ``FileInFile``, ``ExternalContent``, ``EncryptedFile`` or
    ``DamagedFile``.
    """
    try:
        with pikepdf.open(BytesIO(content)) as document:
            if document.is_encrypted or "/Encrypt" in document.trailer:
                raise EncryptedFile
            inspection = _Inspection(document, budget)
            inspection.run()
            if whole and document.get_warnings():
                raise DamagedFile
    except pikepdf.PdfError as trip:
        raise DamagedFile(type(trip).__name__) from trip
    return inspection.left


class _Inspection:
    """The check of each object of one PDF, alone and as the value of a key of other objects."""

    def __init__(self, document: pikepdf.Pdf, budget: int) -> None:
        self.document = document
        self.left = budget
        self._todo: list[tuple[Callable[[Tree], None], Tree]] = []
        self._seen: set[tuple[str, str]] = set()

    def run(self) -> None:
        self._judge_tree(self._read(self.document.trailer))
        self._ask(self._catalog, self._read(self.document.Root))
        for one in self.document.objects:
            self._judge_tree(self._read(one))
            self._work_off()
        self._work_off()

    def _work_off(self) -> None:
        while self._todo:
            judge, tree = self._todo.pop()
            judge(self._follow(tree))

    def _read(self, one: object) -> Tree:
        if not isinstance(one, pikepdf.Object):
            return one
        written = one.to_json(dereference=True, schema_version=2)
        self.left -= len(written)
        if self.left < 0:
            raise FileInFile
        tree = json.loads(written)
        if isinstance(tree, dict) and isinstance(one, pikepdf.Stream):
            tree[_STREAM] = True
        return tree

    def _follow(self, tree: Tree) -> Tree:
        """Return the object of a reference. Raises ``DamagedFile`` after ten references."""
        for _hop in range(10):
            if not (isinstance(tree, str) and tree.endswith(" R") and tree[0].isdigit()):
                return tree
            number, generation, _ = tree.split(" ")
            tree = self._read(self.document.get_object(int(number), int(generation)))
        raise DamagedFile

    def _ask(self, judge: Callable[[Tree], None], tree: Tree) -> None:
        """Queue an object for ``judge``; queue it only once if many references lead to it."""
        if isinstance(tree, str) and tree.endswith(" R"):
            if (judge.__name__, tree) in self._seen:
                return
            self._seen.add((judge.__name__, tree))
        self._todo.append((judge, tree))

    def _judge_tree(self, tree: Tree) -> None:
        waiting = [tree]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                self._judge_dictionary(one)
                waiting.extend(v for v in one.values() if isinstance(v, dict | list))
            elif isinstance(one, list):
                waiting.extend(v for v in one if isinstance(v, dict | list))

    def _judge_dictionary(self, one: Mapping[str, Tree]) -> None:
        for key in _JUDGED_KEYS & one.keys():
            self._ask(getattr(self, _JUDGES[key]), one[key])
        kind, does = self._follow(one.get("/Type")), self._follow(one.get("/S"))
        if kind == "/Action" or (isinstance(does, str) and does in _OTHER_ACTIONS):
            self._action(one)
        if kind == "/Annot":
            self._annotation(one)
        if kind in ("/EmbeddedFile", "/Rendition", "/3D"):
            raise FileInFile if kind == "/EmbeddedFile" else ProgramInFile
        if one.get(_STREAM):
            self._stream(one)

    def _stream(self, one: Mapping[str, Tree]) -> None:
        if isinstance(self._follow(one.get("/F")), str | dict):
            # A stream with the key ``/F`` has its bytes in another file.
            raise ExternalContent
        if "/PS" in (self._follow(one.get("/Subtype")), self._follow(one.get("/Subtype2"))):
            raise ProgramInFile

    def _catalog(self, one: Tree) -> None:
        if not isinstance(one, dict):
            raise DamagedFile
        if "/Collection" in one:
            raise FileInFile
        if one.keys() - CATALOG_KEYS:
            raise ProgramInFile
        self._ask(self._form, one.get("/AcroForm"))

    def _form(self, one: Tree) -> None:
        if isinstance(one, dict) and one.keys() - _FORM_KEYS:
            raise ProgramInFile

    def _names(self, one: Tree) -> None:
        # In a leaf of a name tree, the key ``/Names`` has an array, which needs no check here.
        if isinstance(one, dict) and one.keys() - _NAME_TREES:
            raise FileInFile if "/EmbeddedFiles" in one else ProgramInFile

    def _actions(self, one: Tree) -> None:
        """Check an action or a list of actions; ignore a value that is no action."""
        for each in one if isinstance(one, list) else ():
            self._ask(self._actions_inside, each)
        self._actions_inside(one)

    def _actions_inside(self, one: Tree) -> None:
        if isinstance(one, dict) and "/S" in one:
            self._action(one)

    def _action(self, one: Mapping[str, Tree]) -> None:
        does = self._follow(one.get("/S"))
        if does not in _ACTIONS:
            raise ExternalContent if does in _LEADS_OUT else ProgramInFile
        if does == "/URI" and not is_web_link(_text(self._follow(one.get("/URI")))):
            raise ExternalContent
        if does == "/Named" and self._follow(one.get("/N")) not in _NAMED:
            raise ProgramInFile

    def _when_opened(self, one: Tree) -> None:
        """Check the action that runs when the file is opened: it may only jump to a page."""
        if isinstance(one, dict) and "/S" in one:
            if self._follow(one["/S"]) != "/GoTo":
                self._action(one)
                raise ProgramInFile
            self._ask(self._when_opened, one.get("/Next"))
        for each in one if isinstance(one, list) else ():
            self._ask(self._when_opened, each)

    def _additional(self, one: Tree) -> None:
        for each in one.values() if isinstance(one, dict) else ():
            self._ask(self._never, each)

    def _never(self, one: Tree) -> None:
        if isinstance(one, dict) and "/S" in one:
            raise ProgramInFile

    def _annotations(self, one: Tree) -> None:
        for each in one if isinstance(one, list) else ():
            self._ask(self._annotation, each)

    def _annotation(self, one: Tree) -> None:
        if not isinstance(one, dict) or one.get(_STREAM):
            return
        kind = self._follow(one.get("/Subtype"))
        if kind not in _ANNOTATIONS:
            raise FileInFile if kind == "/FileAttachment" else ProgramInFile

    def _attached(self, one: Tree) -> None:
        if isinstance(one, dict) and one.keys() & _FILE_KEYS:
            raise FileInFile

    def _file_name(self, one: Tree) -> None:
        if isinstance(one, str) and one.startswith(("u:", "b:")):
            raise ExternalContent

    def _script(self, one: Tree) -> None:
        if isinstance(one, str) or (isinstance(one, dict) and one.get(_STREAM)):
            raise ProgramInFile

    def _program(self, one: Tree) -> None:
        if one is not None:
            raise ProgramInFile


# This key marks the dictionary of a stream. Names of PDF begin with "/", so no name is the same.
_STREAM = "stream"
_JUDGES: Mapping[str, str] = {
    "/A": "_actions",
    "/PA": "_actions",
    "/Next": "_actions",
    "/OpenAction": "_when_opened",
    "/AA": "_additional",
    "/Annots": "_annotations",
    "/Names": "_names",
    "/EF": "_attached",
    "/F": "_file_name",
    "/UF": "_file_name",
    "/JS": "_script",
    "/XFA": "_program",
    "/OnInstantiate": "_program",
}
_JUDGED_KEYS = _JUDGES.keys()


def _text(tree: Tree) -> str:
    """Return the text of a string. Raises ``DamagedFile`` for another object than a string."""
    if isinstance(tree, str) and tree.startswith("u:"):
        return tree[2:]
    if isinstance(tree, str) and tree.startswith("b:"):
        return bytes.fromhex(tree[2:]).decode("latin-1")
    raise DamagedFile


def signed_revisions(content: bytes) -> list[bytes]:
    """Return each earlier state of a signed PDF, and last a copy of the PDF without ``startxref``.

    With the copy, objects that no table lists are found too. Raises ``FileInFile`` for more than
    ``MAX_REVISIONS`` states.
    """
    ends = [one.end() for one in islice(re.finditer(b"%%EOF", content), MAX_REVISIONS + 1)]
    if len(ends) > MAX_REVISIONS:
        raise FileInFile
    return [*(content[:end] for end in ends[:-1]), content.replace(b"startxref", b"%tartxref")]
