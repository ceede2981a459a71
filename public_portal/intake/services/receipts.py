"""The receipt as a PDF document, for whoever has its address."""

from shared.limits.services.attempt_counter import limits_require
from shared.limits.types import HOUR, Limit
from shared.pdf import document_cache
from shared.pdf.receipts import receipt_pdf
from shared.pdf.types import ReceiptDocument

# A script could use all processor time; no citizen prints a receipt so often.
RECEIPTS_PER_CASE = 30


def receipt_print(*, document: ReceiptDocument) -> bytes:
    """Return the receipt as a PDF document; cached for a quarter of an hour.

    A cached document does not count, because other people with the link must not use up the limit.
    Raises ``TooManyAttempts``.
    """
    if (found := document_cache.receipts.find(document)) is not None:
        return found
    limits_require([receipt_limit(document.reference)])
    content = receipt_pdf(receipt=document)
    document_cache.receipts.keep(document, content)
    return content


def receipt_limit(reference: str) -> Limit:
    """Return the limit of rendering one receipt."""
    return Limit(name="receipt.case", subject=reference, allowed=RECEIPTS_PER_CASE, window=HOUR)
