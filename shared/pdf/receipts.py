"""The receipt of a request as a PDF of one page."""

from collections.abc import Iterator

import segno
from django.utils.translation import gettext as _, override

from shared.kernel.references import receipt_code_group, reference_group
from shared.pdf.render_process import pdf_render
from shared.pdf.text import isolated, lines, printable
from shared.pdf.types import ReceiptDocument
from shared.ui.dates import day_text, moment_text
from shared.ui.types import TimelineEntry


def receipt_pdf(*, receipt: ReceiptDocument) -> bytes:
    """Return a receipt as a PDF."""
    return pdf_render(
        layout="receipt",
        data=receipt_data(receipt=receipt),
        reference=receipt.reference,
        made_at=receipt.received_at,
    )


def receipt_data(*, receipt: ReceiptDocument) -> dict[str, object]:
    """Return the data for the Typst layout of a receipt."""
    with override(receipt.language):
        return {
            "language": receipt.language,
            "title": _("Receipt of filing"),
            "brand": _("Insaf"),
            "portal": _("National complaints portal"),
            "kind": receipt.kind,
            "numbers": [
                {"label": _("Reference"), "value": reference_group(receipt.reference)},
                {
                    "label": _("Receipt code (secret)"),
                    "value": receipt_code_group(receipt.receipt_code),
                    "secret": True,
                },
            ],
            "only_way": _only_way(receipt),
            "secret": _(
                "Whoever has the reference and the receipt code can read your request and write in "
                "your name. Do not show the code to anybody, not even to an officer."
            ),
            "facts": [
                {"label": label, "lines": lines(value, language=receipt.language)}
                for label, value in _facts(receipt)
            ],
            "assisted": _assisted(receipt.consent),
            "mail": receipt.mail_note,
            "why_heading": _why_heading(receipt),
            "why": _why(receipt),
            "next_heading": _("What happens next"),
            "steps": [_step(step) for step in receipt.steps],
            "track_heading": _("How to follow it"),
            "track": _track(receipt),
            "tracking_url": receipt.tracking_url,
            "qr": _qr(receipt.receipt_url),
            "qr_words": _("This code opens the receipt on the portal. Keep it to yourself too."),
            "page": _("Page"),
        }


def _facts(receipt: ReceiptDocument) -> Iterator[tuple[str, str]]:
    yield _("Kind of request"), receipt.kind
    yield _("Subject"), printable(receipt.subject)
    yield _("Organisation"), printable(receipt.organisation)
    yield (
        _("Received by") if receipt.is_orientation else _("To be answered by"),
        printable(receipt.agency),
    )
    yield _("Received on"), moment_text(receipt.received_at)
    if not receipt.is_orientation:
        due = day_text(receipt.due_on) if receipt.due_on else _("No legal deadline")
        yield _("Answer due"), due


def _only_way(receipt: ReceiptDocument) -> str:
    if not receipt.is_anonymous:
        return ""
    return _(
        "We do not know who you are: this code is the only way to your request and to the answer. "
        "Take a picture of it or print it now."
    )


def _track(receipt: ReceiptDocument) -> str:
    if receipt.is_anonymous or not receipt.has_email:
        return _(
            "Open the address below, with any telephone or computer. You need the reference and "
            "your receipt code."
        )
    return _(
        "Open the address below, with any telephone or computer. You need the reference, "
        "and your receipt code or your e-mail address."
    )


def _assisted(consent: str) -> str:
    if not consent:
        return ""
    words = _("Filed at the counter by an officer on behalf of the person. Consent: %(consent)s.")
    return printable(words % {"consent": isolated(consent)})


def _why_heading(receipt: ReceiptDocument) -> str:
    if receipt.is_orientation:
        return _("Why a desk receives it")
    return _("Why this date") if receipt.due_on else _("When you hear from us")


def _why(receipt: ReceiptDocument) -> str:
    if receipt.is_orientation:
        return _(
            "No administration answers for this organisation on the portal yet, or you did not "
            "know which one is competent. Decree 2.17.265 of 23 June 2017 gives 15 days to direct "
            "a request to the competent body."
        )
    if receipt.due_on:
        return _(
            "Decree 2.17.265 of 23 June 2017 gives the administration 60 days to answer with its "
            "reasons. The day on which you sent the request is not counted. The clock never stops."
        )
    return _(
        "The law sets no term for observations and proposals. You see on the tracking page what "
        "becomes of yours."
    )


def _step(step: TimelineEntry) -> dict[str, str]:
    return {
        "when": day_text(step.when) if step.when else "",
        "title": printable(step.title),
        "text": printable(step.text),
    }


def _qr(url: str) -> str:
    # The SVG is a QR code, which contains the address only as a picture.
    return segno.make(url, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff")
