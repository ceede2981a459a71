"""A one-page PDF, as small as can be: what invented citizens send along."""

from fake_stripe.plain_pdf import latin_pdf


def sample_receipt_pdf(*, number: str, place: str) -> bytes:
    """Return a page that says it is a demonstration's copy of a receipt; Latin letters only."""
    lines = (f"RECU DE DEPOT / RECEIPT No {number}", place, "Demonstration: not a real document.")
    return latin_pdf(lines)
