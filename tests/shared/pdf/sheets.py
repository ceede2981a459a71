"""Papers for tests, and their pages read back."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

from pypdf import PdfReader

from shared.pdf.types import Block, PdfDocument, ReceiptDocument, Section
from shared.ui.types import TimelineEntry

MOMENT = datetime(2026, 11, 24, 9, 32, tzinfo=UTC)
REFERENCE = "1234567890123421"
CODE = "8834567890120021"


def receipt(language: str = "fr", **changes: object) -> ReceiptDocument:
    """A receipt of a complaint that was filed on 24 November 2026."""
    values: dict[str, object] = {
        "language": language,
        "kind": {"ar": "شكاية", "fr": "Réclamation", "en": "Complaint"}[language],
        "subject": {"ar": "المركز", "fr": "Le centre", "en": "The centre"}[language],
        "organisation": {"ar": "المركز الصحي", "fr": "Centre", "en": "Centre"}[language],
        "reference": REFERENCE,
        "receipt_code": CODE,
        "agency": {"ar": "وزارة الصحة", "fr": "Santé", "en": "Health"}[language],
        "received_at": MOMENT,
        "due_on": date(2027, 1, 23),
        "steps": (
            TimelineEntry(title="Step one", when=MOMENT),
            TimelineEntry(title="Step two", when=date(2026, 12, 9), text="Why it is so."),
            TimelineEntry(title="Step three"),
        ),
        "receipt_url": f"https://site.example/{language}/submit/receipt/{REFERENCE}.{'A' * 43}/",
        "tracking_url": f"https://site.example/{language}/track/",
    }
    return ReceiptDocument(**{**values, **changes})  # type: ignore[arg-type]


def pdf_document(*blocks: Block, language: str = "fr", title: str = "Dossier") -> PdfDocument:
    """A document of one section."""
    return PdfDocument(
        language=language,
        title=title,
        kind="Réclamation",
        reference=REFERENCE,
        made_at=MOMENT,
        sections=(Section(heading="Messages", blocks=blocks),),
    )


def pages(pdf: bytes) -> list[str]:
    """What stands on each page, line by line as it was drawn."""
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def words(pdf: bytes) -> str:
    """All pages in one line."""
    return " ".join(" ".join(pages(pdf)).split())


def drawn(svg: bytes) -> list[list[str]]:
    """Each run of a page's glyphs from left to right, by the names of their outlines."""
    runs = re.findall(r"<g transform=[^>]*>((?:<use [^>]*/>)+)</g>", svg.decode())
    glyphs = [re.findall(r'#(\w+)" x="([\d.-]+)"', run) for run in runs]
    return [[name for name, _x in sorted(run, key=lambda glyph: float(glyph[1]))] for run in glyphs]
