"""Policy against programs and external content in documents of Word, Excel and PowerPoint.

Only listed relationships, types of parts, fields of Word, actions and links are allowed.
"""

import re
from collections.abc import Mapping

from shared.files.links import is_inside, is_web_link, require_inner_formula
from shared.files.part_reader import PartPolicy, PartReader, local_attributes, xml_parts
from shared.files.word_fields import FIELD_ELEMENTS, FieldReader
from shared.kernel.files import DamagedFile, ExternalContent, FileInFile, ProgramInFile

# The last words of the allowed types of relationships.
_RELATION_NAMES = """
    audio calcChain chart chartColorStyle chartEx chartStyle chartUserShapes chartsheet
    classificationlabels comment commentAuthors authors comments commentsExtended
    commentsExtensible commentsIds core-properties ctrlProp
    custom-properties customProperty customXml
    customXmlProps diagramColors diagramData diagramDrawing diagramLayout diagramQuickStyle
    documenttasks drawing endnotes extended-properties font fontTable footer footnotes
    glossaryDocument handoutMaster hdphoto header hyperlink image ink media metadata namedSheetView
    namedSheetViews notesMaster notesSlide numbering officeDocument origin people person
    pivotCacheDefinition pivotCacheRecords pivotTable presProps printerSettings
    rdArray rdRichValue rdRichValueStructure rdRichValueTypes rdSupportingPropertyBag
    rdSupportingPropertyBagStructure richStyles richValueRel revisionHeaders revisionLog
    settings sharedStrings sheetMetadata signature certificate slicer slicerCache slide slideLayout
    slideMaster styles stylesWithEffects svg table tableSingleCells tableStyles tags theme
    themeOverride threadedComment thumbnail timeline timelineCache usernames video viewProps
    vmlDrawing webSettings worksheet
"""
RELATIONS = frozenset(_RELATION_NAMES.split())
_RELATION_TYPE = re.compile(
    r"http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org|schemas\.microsoft\.com)/[\w./-]*/([\w-]+)",
    re.ASCII,
)
_KINDS = re.compile(
    r"application/(?:xml|x-font-ttf|x-fontdata|inkml\+xml"
    r"|vnd\.openxmlformats-(?:officedocument|package)\.[\w.-]+\+xml"
    r"|vnd\.openxmlformats-officedocument\."
    r"(?:obfuscatedFont|vmlDrawing|spreadsheetml\.printerSettings|presentationml\.printerSettings"
    r"|wordprocessingml\.printerSettings)"
    r"|vnd\.openxmlformats-package\.digital-signature-origin"
    r"|vnd\.ms-(?:word|excel|powerpoint|office)\.[\w.-]+\+xml)"
    r"|image/(?:png|jpe?g|gif|bmp|tiff?|x-emf|x-wmf|emf|wmf|svg\+xml|webp|vnd\.ms-photo|x-icon)"
    r"|audio/[\w.+-]+|video/[\w.+-]+|text/xml",
    re.IGNORECASE | re.ASCII,
)
# Content types that match the pattern above, but contain programs or external content.
_OTHER_KINDS = re.compile(
    r"macro|vba|activex|externallink|connections|querytable|oleobject|customui|ribbon|webextension"
    r"|template|addin|control(?!properties)|attachedtoolbars|keymap|volatiledep",
    re.IGNORECASE,
)
_ELEMENTS = {
    "OLEObject", "altChunk", "attachedTemplate", "connection", "customUI", "dbPr", "ddeLink",
    "embed", "externalBook", "externalLink", "foreignObject", "frameset", "mailMerge", "olapPr",
    "oleLink", "oleObj", "oleObject", "queryTable", "saveThroughXslt", "script", "subDoc",
    "taskpane", "textPr", "webPr", "webextension",
}  # fmt: skip
_FORMULAS = {
    "calculatedColumnFormula", "definedName", "f", "formula", "formula1", "formula2",
    "totalsRowFormula",
}  # fmt: skip
# Elements whose address is loaded without a click, to show a picture.
_SHOWN = {"blip", "feImage", "fill", "image", "imagedata", "stroke", "use"}
_ACTIONS = re.compile(
    r"|ppaction://(?:hlinkshowjump\?jump=\w+|hlinksldjump(?:jump)?|noaction|media|customshow\?[\w&=]*)"
)
_MACRO = re.compile(r"(?:\[\d+\]!)?[\w.]*")
_MEDIA_COMMAND = re.compile(r"(?:playFrom\([\d.]*\)|play|stop|pause|togglePause|resume)?")
_PICTURE_IN_WORDS = "data:image/"


def require_harmless_ooxml(content: bytes) -> None:
    """Check each XML part of a document. Raises a kind of ``FileRefused``."""
    reader = PartReader()
    for name, part in xml_parts(content):
        plain = name.lower()
        if plain == "[content_types].xml":
            reader.read(part, _Kinds())
        elif plain.endswith(".rels"):
            reader.read(part, _Relations())
        else:
            policy = _Words(is_drawing=plain.endswith(".svg"))
            reader.read(part, policy)
            policy.fields.finish()


class _Kinds(PartPolicy):
    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element not in ("Default", "Override"):
            return
        kind = attributes.get("ContentType", "").strip()
        # ``office_examine`` has already checked the type of the main part.
        if not _KINDS.fullmatch(kind) or _OTHER_KINDS.search(kind):
            raise ProgramInFile


class _Relations(PartPolicy):
    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element == "Relationships":
            return
        if element != "Relationship":
            raise DamagedFile
        found = _RELATION_TYPE.fullmatch(attributes.get("Type", "").strip())
        relation, target = (found[1] if found else ""), attributes.get("Target", "")
        if attributes.get("TargetMode", "Internal") != "Internal":
            # A link needs a click; every other target is loaded when the document is opened.
            if relation != "hyperlink" or not is_web_link(target):
                raise ExternalContent
        elif relation not in RELATIONS:
            raise FileInFile if relation in ("package", "oleObject") else ProgramInFile
        elif not (is_inside(target.removeprefix("/")) or target.startswith("#")):
            raise ExternalContent


class _Words(PartPolicy):
    """The policy for all parts of a document except content types and relationships."""

    def __init__(self, *, is_drawing: bool) -> None:
        self.fields = FieldReader()
        self._is_drawing = is_drawing
        self._formula: list[str] | None = None

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element in _ELEMENTS:
            raise ProgramInFile
        if attributes:
            self._judge_attributes(element, attributes)
        if element in FIELD_ELEMENTS:
            self.fields.start(element, attributes)
        if element in _FORMULAS:
            self._formula = []

    def end(self, element: str) -> None:
        if element in FIELD_ELEMENTS:
            self.fields.end(element)
        if element in _FORMULAS and self._formula is not None:
            require_inner_formula("".join(self._formula))
            self._formula = None

    def text(self, words: str) -> None:
        self.fields.text(words)
        if self._formula is not None:
            self._formula.append(words)

    def _judge_attributes(self, element: str, attributes: Mapping[str, str]) -> None:
        for name, value in local_attributes(attributes):
            if name in ("src", "href"):
                self._judge_address(element, name, value)
            elif not _is_plain(element, name, value) or (
                self._is_drawing and name.startswith("on")
            ):
                raise ProgramInFile

    def _judge_address(self, element: str, name: str, value: str) -> None:
        if self._is_drawing and value.startswith(_PICTURE_IN_WORDS):
            return
        is_shown = name == "src" or element in _SHOWN or (self._is_drawing and element != "a")
        if not (is_inside(value) or value.startswith("#")) and (is_shown or not is_web_link(value)):
            raise ExternalContent


def _is_plain(element: str, name: str, value: str) -> bool:
    """Return whether an attribute starts no other actions than those of a slide show."""
    if name == "action" and element.startswith("hlink"):
        return bool(_ACTIONS.fullmatch(value))
    if name == "cmd" and element == "cmd":
        return bool(_MEDIA_COMMAND.fullmatch(value))
    return name not in ("macro", "fmlaMacro") or bool(_MACRO.fullmatch(value))
