"""The pages for browsers: payment, management of a subscription, and the invoice."""

from dataclasses import dataclass
from html import escape
from importlib import resources

from fake_stripe import billing, checkout
from fake_stripe.cards import NUMBERS, attached, default_card
from fake_stripe.events import changing
from fake_stripe.html import (
    card_form,
    day,
    language_for,
    lines_table,
    link,
    money,
    name,
    notice,
    page,
    words,
)
from fake_stripe.plain_pdf import latin_pdf
from fake_stripe.refusals import Json, Refused
from fake_stripe.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The answer to a browser: a page, a file, or a redirection."""

    status: int = 200
    kind: str = "text/html; charset=utf-8"
    body: bytes = b""
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """The request of a browser."""

    state: State
    method: str
    path: str
    form: Json
    accepted: str


def answered(asked: PageRequest) -> Shown:
    """Return the page at an address, or a short message (404) for an unknown address."""
    parts = asked.path.strip("/").split("/")
    if parts == ["assets", "page.css"]:
        css = resources.files("fake_stripe") / "page.css"
        return Shown(kind="text/css; charset=utf-8", body=css.read_bytes())
    places = {"c": "checkout.session", "p": "billing_portal.session", "i": "invoice"}
    kind = places.get(parts[0], "")
    row = asked.state.rows.get(kind, {}).get(parts[2 if kind != "invoice" else 1]) \
        if len(parts) > (1 if kind == "invoice" else 2) else None  # fmt: skip
    if row is None:
        language = language_for(None, asked.accepted)
        text = words(language)["not_found"]
        return Shown(status=404, body=page(language, text, "").encode())
    language = language_for(row.get("locale"), asked.accepted)
    answer = {"c": _checkout, "p": _portal, "i": _invoice}[parts[0]]
    return answer(asked, row, language)


def _html(language: str, title: str, *pieces: str, status: int = 200) -> Shown:
    return Shown(status=status, body=page(language, title, "".join(pieces)).encode())


def _card_error(asked: PageRequest, language: str) -> str:
    """Return the error text for a card that the page does not offer, else a blank text."""
    return "" if asked.form.get("card") in NUMBERS else words(language)["choose_card"]


def _checkout(asked: PageRequest, row: Json, language: str) -> Shown:
    state, text = asked.state, words(language)
    title, leave = text["pay_title"], link(row["cancel_url"], text["leave"])
    if row["status"] != "open":
        why = text["closed_paid" if row["status"] == "complete" else "closed_expired"]
        return _html(language, title, notice("good", why), leave, status=410)
    problem = ""
    if asked.method == "POST":
        problem = _card_error(asked, language)
        if not problem:
            try:
                with state.undoing():
                    where = checkout.completed(state, row, NUMBERS[asked.form["card"]])
                return Shown(status=303, location=where)
            except Refused:
                problem = text["declined"]
                # ``undoing`` has replaced all objects, so ``row`` is no longer the stored object.
                row = state.get("checkout.session", row["id"])
    lines = checkout.lines(state, row)
    shown = [
        {
            "description": f"{line['quantity']} × {line['description']}",
            "amount": line["amount_total"],
        }
        for line in lines
    ]
    every = text[f"per_{lines[0]['price']['recurring']['interval']}"]
    return _html(
        language, title, notice("bad", problem), f"<p>{text['pay_lead']}</p>",
        f"<section><h2>{text['what']}</h2>",
        lines_table(language, shown, row["amount_total"], row["currency"]),
        f"<p>{every}</p></section>",
        card_form(language, asked.path, button=text["pay"]),
        link(row["cancel_url"], text["back"]), status=402 if problem else 200,
    )  # fmt: skip


def _portal(asked: PageRequest, row: Json, language: str) -> Shown:
    state, text = asked.state, words(language)
    customer = state.get("customer", row["customer"])
    said = ""
    if asked.method == "POST":
        said = _portal_done(asked, customer, language)
        customer = state.get("customer", row["customer"])
    subscriptions = [one for one in state.all("subscription", customer=customer["id"])
                     if one["status"] not in {"canceled", "incomplete_expired"}]  # fmt: skip
    parts = [_subscription(state, one, asked.path, language) for one in subscriptions]
    return _html(
        language, text["portal_title"], said, link(row["return_url"], text["leave"]),
        f"<section><h2>{text['subscriptions']}</h2>",
        "".join(parts) or f"<p>{text['no_subscription']}</p>", "</section>",
        f"<section><h2>{text['change_card']}</h2>{_card(state, customer, subscriptions, language)}",
        card_form(language, f"{asked.path}/card", button=text["save_card"],
                  lead=text["change_card_lead"]),
        "</section>", _invoices(state, customer, language),
        status=402 if 'class="bad"' in said else 200,
    )  # fmt: skip


def _portal_done(asked: PageRequest, customer: Json, language: str) -> str:
    state, text = asked.state, words(language)
    action = asked.path.rpartition("/")[2]
    if action == "card":
        if problem := _card_error(asked, language):
            return notice("bad", problem)
        try:
            with state.undoing():
                checkout.card_replaced(state, customer, NUMBERS[asked.form["card"]])
        except Refused:
            return notice("bad", text["declined"])
        return notice("good", text["card_saved"])
    for row in state.all("subscription", customer=customer["id"], id=asked.form.get("id")):
        ends = action == "cancel"
        with changing(state, row, "customer.subscription.updated"):
            row["cancel_at_period_end"] = ends
            row["cancel_at"] = row["items"]["data"][0]["current_period_end"] if ends else None
            row["canceled_at"] = state.now() if ends else None
            row["cancellation_details"]["reason"] = "cancellation_requested" if ends else None
    return ""


def _subscription(state: State, row: Json, path: str, language: str) -> str:
    text, item = words(language), row["items"]["data"][0]
    product = state.get("product", item["price"]["product"])["name"]
    what = f"{item['quantity']} × {product}"
    base = "/".join(path.split("/")[:4])
    ends = row["cancel_at_period_end"]
    action, button = ("resume", "resume") if ends else ("cancel", "cancel")
    total = sum(one["quantity"] * one["price"]["unit_amount"] for one in row["items"]["data"])
    return (
        f'<div class="held"><dl><dt>{text["item"]}</dt>'
        f"<dd>{name(what)}</dd>"
        f"<dt>{text['amount']}</dt><dd>{money(total, row['currency'])}"
        f" {text['per_' + item['price']['recurring']['interval']]}</dd>"
        f"<dt>{text['state']}</dt><dd>{text['status_' + row['status']]}</dd>"
        f"<dt>{text['ends' if ends else 'renews']}</dt><dd>{day(item['current_period_end'])}</dd>"
        f'</dl><form method="post" action="{escape(base)}/{action}">'
        f'<input type="hidden" name="id" value="{row["id"]}">'
        f'<button class="second" type="submit">{text[button]}</button></form></div>'
    )


def _card(state: State, customer: Json, subscriptions: list[Json], language: str) -> str:
    text = words(language)
    cards = [default_card(state, customer, one) for one in (*subscriptions, None)]
    card = next(filter(None, cards), None)
    if card is None:
        return f"<p>{text['no_card']}</p>"
    digits = f'<bdi dir="ltr">•••• {card["card"]["last4"]}</bdi>'
    return f"<p>{text['present_card']}: {digits}</p>"


def _invoices(state: State, customer: Json, language: str) -> str:
    text = words(language)
    rows = [row for row in reversed(state.all("invoice", customer=customer["id"])) if row["number"]]
    if not rows:
        return f"<section><h2>{text['invoices']}</h2><p>{text['no_invoice']}</p></section>"
    body = "".join(
        f'<tr><td><bdi dir="ltr">{row["number"]}</bdi></td><td>{day(row["created"])}</td>'
        f"<td>{money(row['total'], row['currency'])}</td><td>{text['status_' + row['status']]}"
        f"</td><td>{link('/i/' + row['id'], text['see'])}</td></tr>"
        for row in rows
    )
    heads = "".join(f"<th scope=col>{text[one]}</th>"
                    for one in ("invoice", "date", "amount", "state", "see"))  # fmt: skip
    return (
        f"<section><h2>{text['invoices']}</h2><table class=wide><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></section>"
    )


def _invoice(asked: PageRequest, row: Json, language: str) -> Shown:
    text = words(language)
    if asked.path.endswith("/pdf"):
        return Shown(kind="application/pdf", body=invoice_pdf(row))
    said = ""
    if asked.method == "POST" and row["status"] == "open":
        said, row = _invoice_paid(asked, row, language)
    due = f"<dt>{text['due']}</dt><dd>{day(row['due_date'])}</dd>" if row["due_date"] else ""
    ways = ""
    if row["status"] == "open":
        ways = f"<section><h2>{text['pay_invoice']}</h2>" + card_form(
            language, f"/i/{row['id']}/pay", button=text["pay"]
        )
        ways += "</section>"
        if row["collection_method"] == "send_invoice":
            ways += f"<section><h2>{text['transfer']}</h2><p>{text['transfer_lead']}</p></section>"
    return _html(
        language, f"{text['invoice']} {row['number'] or '-'}", said,
        f"<section><dl><dt>{text['date']}</dt><dd>{day(row['created'])}</dd>{due}"
        f"{_fields(row)}<dt>{text['state']}</dt><dd>{text['status_' + row['status']]}</dd>"
        f"<dt>{text['remaining']}</dt><dd>{money(row['amount_remaining'], row['currency'])}</dd>"
        "</dl>", lines_table(language, row["lines"]["data"], row["total"], row["currency"]),
        link(f"/i/{row['id']}/pdf", text["pdf"]), "</section>", ways,
        status=402 if 'class="bad"' in said else 200,
    )  # fmt: skip


def _fields(row: Json) -> str:
    """Return the HTML of the invoice's custom fields."""
    return "".join(
        f"<dt>{name(one['name'])}</dt><dd>{name(one['value'])}</dd>"
        for one in row["custom_fields"] or ()
    )


def _invoice_paid(asked: PageRequest, row: Json, language: str) -> tuple[str, Json]:
    """Charge an invoice to the card that the customer chose."""
    state, text = asked.state, words(language)
    if problem := _card_error(asked, language):
        return notice("bad", problem), row
    try:
        with state.undoing():
            customer = state.get("customer", row["customer"])
            card = attached(state, NUMBERS[asked.form["card"]], customer)
            billing.charged(state, row, card=card, present=True)
    except Refused:
        return notice("bad", text["declined"]), state.get("invoice", row["id"])
    return notice("good", text["paid_done"]), row


def invoice_pdf(row: Json) -> bytes:
    """Return the invoice as a PDF of one page, in Latin letters."""
    currency = row["currency"].upper()
    lines = [
        "DEMONSTRATION - THIS IS NOT A REAL INVOICE",
        f"FACTURE / INVOICE {row['number'] or '(draft)'}",
        f"{row['customer_email'] or row['customer']}",
        *(f"{one['name']}: {one['value']}" for one in row["custom_fields"] or ()),
        *(f"{line['description']}: {line['amount'] / 100:.2f}" for line in row["lines"]["data"]),
        f"TOTAL {row['total'] / 100:.2f} {currency}",
        f"PAID {row['amount_paid'] / 100:.2f}, DUE {row['amount_remaining'] / 100:.2f} {currency}",
    ]
    return latin_pdf(lines, size=11)
