"""The HTML of the fake Stripe's pages: layout, texts in three languages, amounts, days."""

import tomllib
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from importlib import resources

from fake_stripe.cards import NUMBERS
from fake_stripe.refusals import Json

LANGUAGES = ("ar", "fr", "en")
HOLDERS = {"pm_card_visa": "card_good", "pm_card_chargeDeclined": "card_declined",
           "pm_card_chargeCustomerFail": "card_later"}  # fmt: skip


@lru_cache
def words(language: str) -> dict[str, str]:
    """Return the texts of the pages in a language, escaped for HTML."""
    path = resources.files("fake_stripe") / "words" / f"{language}.toml"
    return {name: escape(text) for name, text in tomllib.loads(path.read_text("utf-8")).items()}


def language_for(wish: str | None, accepted: str) -> str:
    """Return the language ``wish`` if it is available, else the browser's first available one."""
    if wish in LANGUAGES:
        return wish
    for part in accepted.lower().split(","):
        first = part.split(";")[0].strip()[:2]
        if first in LANGUAGES:
            return first
    return "en"


def page(language: str, title: str, body: str) -> str:
    """Return a page of the demonstration as HTML; ``title`` and ``body`` are not escaped here."""
    text = words(language)
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title}</title>'
        '<link rel="stylesheet" href="/assets/page.css"></head><body>'
        f'<p class="demo" role="note">{text["demo"]}</p><main><h1>{title}</h1>{body}</main>'
        "</body></html>"
    )


def money(amount: int, currency: str) -> str:
    """Return an amount like ``1,234.50 MAD`` as HTML, written left to right also in Arabic."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), 100)
    # Narrow no-break spaces separate the thousands.
    return (
        f'<bdi class="money" dir="ltr">{sign}{whole:,}.{part:02} {currency.upper()}</bdi>'.replace(
            ",", "\u202f"
        )
    )


def day(at: int) -> str:
    """Return a date in a format for all languages."""
    iso = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
    return f'<time datetime="{iso}"><bdi dir="ltr">{iso}</bdi></time>'


def name(text: str | None) -> str:
    """Return a user's text as HTML with its own writing direction."""
    return f"<bdi>{escape(text or '')}</bdi>"


def link(url: str | None, text: str) -> str:
    """Return a link, or an empty text when there is no address."""
    return f'<a href="{escape(url)}">{text}</a>' if url else ""


def notice(kind: str, text: str) -> str:
    """Return the HTML of a message that screen readers announce."""
    return f'<p class="{kind}" role="alert">{text}</p>' if text else ""


def card_form(language: str, action: str, *, button: str, lead: str = "") -> str:
    """Return the HTML of a form with a choice of three cards."""
    text = words(language)
    choices = "".join(
        f'<label class="choice"><input type="radio" name="card" value="{number}"'
        f"{' checked' if place == 0 else ''} required>"
        f'<bdi dir="ltr">{" ".join(number[n : n + 4] for n in range(0, 16, 4))}</bdi>'
        f"<span>{text[HOLDERS[card]]}</span></label>"
        for place, (number, card) in enumerate(NUMBERS.items())
    )
    return (
        f'<form class="card" method="post" action="{escape(action)}">'
        f"{f'<p>{lead}</p>' if lead else ''}<fieldset><legend>{text['card']}</legend>{choices}"
        f'</fieldset><button type="submit">{button}</button></form>'
    )


def lines_table(language: str, rows: list[Json], total: int, currency: str) -> str:
    """Return the HTML of a table of invoice lines with the total."""
    text = words(language)
    body = "".join(
        f"<tr><td>{name(row['description'])}</td><td>{money(row['amount'], currency)}</td></tr>"
        for row in rows
    )
    return (
        f"<table><thead><tr><th scope=col>{text['item']}</th>"
        f"<th scope=col>{text['amount']}</th></tr></thead><tbody>{body}</tbody><tfoot><tr>"
        f"<th scope=row>{text['total']}</th><td>{money(total, currency)}</td></tr>"
        "</tfoot></table>"
    )
