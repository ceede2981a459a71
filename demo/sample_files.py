"""The one-page PDF that invented citizens attach to requests."""

from fake_stripe.plain_pdf import latin_pdf


def sample_receipt_pdf(*, number: str, place: str) -> bytes:
    """Return a PDF receipt that is marked as not real."""
    lines = (f"RECU DE DEPOT / RECEIPT No {number}", place, "Demonstration: not a real document.")
    return latin_pdf(lines)
