"""PDF documents made of sections, such as a dossier about one request."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _, ngettext, override

from shared.kernel.references import reference_group
from shared.pdf.render_process import pdf_render
from shared.pdf.text import lines, printable
from shared.pdf.types import (
    Blanks,
    Block,
    Facts,
    Letter,
    PdfDocument,
    Points,
    Prose,
    Section,
    Table,
    ValueStyle,
)
from shared.ui.dates import moment_text

# The largest count of characters of all messages in a document, and of rows of each table.
MAX_SIGNS = 400_000
MAX_ROWS = 1_000


def document_pdf(*, pdf_document: PdfDocument) -> bytes:
    """Return a document as a PDF. Raises ``TryLater``."""
    return pdf_render(
        layout="document",
        data=document_data(pdf_document=pdf_document),
        reference=pdf_document.reference,
        made_at=pdf_document.made_at,
    )


def document_data(*, pdf_document: PdfDocument) -> dict[str, object]:
    """Return the data for the Typst layout of a document."""
    with override(pdf_document.language):
        return {
            "language": pdf_document.language,
            "title": printable(pdf_document.title),
            "brand": _("Insaf"),
            "portal": _("National complaints portal"),
            "kind": printable(pdf_document.kind),
            "reference_label": _("Reference"),
            "reference": reference_group(pdf_document.reference),
            "made_label": _("As it stood on"),
            "made": moment_text(pdf_document.made_at),
            "page": _("Page"),
            "sections": [
                {
                    "heading": printable(section.heading),
                    "blocks": [_block(block, pdf_document.language) for block in section.blocks],
                }
                for section in _bounded(pdf_document.sections)
            ],
        }


def _bounded(sections: Iterable[Section]) -> Iterator[Section]:
    """Yield the sections, shortened to the limits, with a note on the count of omitted entries."""
    left = MAX_SIGNS
    for section in sections:
        kept: list[Block] = []
        missing = 0
        for block in section.blocks:
            match block:
                case Letter(text=text) if len(text) > left:
                    # All later messages are omitted too, so that the messages have no gap.
                    left = 0
                    missing += 1
                    continue
                case Letter(text=text):
                    left -= len(text)
                case Table(rows=rows):
                    missing += max(len(rows) - MAX_ROWS, 0)
                    block = replace(block, rows=rows[:MAX_ROWS])
            kept.append(block)
        if missing:
            kept.append(Prose(text=_not_printed(missing)))
        yield replace(section, blocks=tuple(kept))


def _not_printed(count: int) -> str:
    return ngettext(
        "%(count)d more entry is not printed here; the file for programs (JSON) has all of them.",
        "%(count)d more entries are not printed here; the file for programs (JSON) has all of "
        "them.",
        count,
    ) % {"count": count}


def _block(block: Block, language: str) -> dict[str, object]:
    match block:
        case Facts(rows=rows):
            return {
                "is": "facts",
                "rows": [
                    {"label": printable(row.label), **_value(row.value, language, row.style)}
                    for row in rows
                ],
            }
        case Prose(text=text):
            return {"is": "prose", "lines": lines(text, language=language)}
        case Letter():
            return {
                "is": "letter",
                "heading": printable(block.heading),
                "ours": block.is_ours,
                "lines": lines(block.text, language=language),
            }
        case Table():
            return _table(block, language)
        case Points(items=items):
            return {"is": "points", "items": [lines(item, language=language) for item in items]}
        case Blanks(labels=labels):
            return {"is": "blanks", "labels": [printable(label) for label in labels]}


def _table(table: Table, language: str) -> dict[str, object]:
    styles = [
        ValueStyle.NUMBER if at in table.numbers else ValueStyle.TEXT
        for at in range(len(table.headings))
    ]
    return {
        "is": "table",
        "headings": [printable(heading) for heading in table.headings],
        "shares": list(table.shares),
        "rows": [
            [_value(cell, language, style) for cell, style in zip(row, styles, strict=True)]
            for row in table.rows
        ],
    }


def _value(value: str, language: str, style: ValueStyle) -> dict[str, object]:
    return {"style": style, "lines": lines(value, language=language)}
