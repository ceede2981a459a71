"""Texts of sums of money, as written in Morocco."""

from django.utils.translation import get_language

_NAMES = {"mad": {"ar": "درهم", "fr": "DH", "en": "MAD"}}
_SPACE = "\u00a0"


def money_text(centimes: int, currency: str, *, language: str | None = None) -> str:
    """Return a sum as ``1 250,00 DH`` or ``1 250,00 درهم``, with no-break spaces."""
    spoken = (language or get_language() or "en")[:2]
    whole, rest = divmod(abs(centimes), 100)
    point = "." if spoken == "en" else ","
    # With plain spaces, an Arabic text would show the groups of digits in reverse order.
    digits = f"{whole:,}".replace(",", _SPACE) + f"{point}{rest:02d}"
    name = _NAMES.get(currency.lower(), {}).get(spoken) or currency.upper()
    return f"{'−' if centimes < 0 else ''}{digits}{_SPACE}{name}"
