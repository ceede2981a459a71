"""The control endpoints under ``/_fake/`` for clock, deliveries, transfers and faults."""

import json
import time
from collections.abc import Callable

from fake_stripe import billing
from fake_stripe.clock import catch_up
from fake_stripe.customers import credit
from fake_stripe.deliveries import FORGERIES, Deliverer
from fake_stripe.events import told
from fake_stripe.form_parameters import Params
from fake_stripe.payments import transfer_charged
from fake_stripe.refusals import Json, invalid, no_such
from fake_stripe.state import State

FAULTS = ("500", "429", "timeout", "drop")


def controlled(deliverer: Deliverer, method: str, path: str, params: Params) -> Json:
    """Run one control endpoint and return the endpoint's answer."""
    name, _, rest = path.removeprefix("/_fake/").partition("/")
    if method == "GET" and name == "deliveries":
        return {"mode": _mode(deliverer.state), "data": list(deliverer.state.deliveries.values())}
    if method == "GET" and name == "clock":
        return {"now": deliverer.state.now()}
    endpoint = ENDPOINTS.get(name)
    if method != "POST" or endpoint is None:
        raise no_such("endpoint", path)
    return endpoint(deliverer, rest, params)


def _clock(deliverer: Deliverer, _rest: str, params: Params) -> Json:
    state = deliverer.state
    with state.lock:
        state.offset += params.number("advance", least=0) or 0
        done = catch_up(state)
        state.save()
    deliverer.wake()
    return {"now": state.now(), "done": done}


def _deliveries(deliverer: Deliverer, rest: str, params: Params) -> Json:
    state = deliverer.state
    if rest == "send":
        return _sent(deliverer, params)
    state.held = params.one_of("mode", ("live", "hold"), "live") == "hold"
    deliverer.wake()
    return {"mode": _mode(state)}


def _sent(deliverer: Deliverer, params: Params) -> Json:
    """Send the named events in the given order; an event named twice is sent twice."""
    invalid_signature = params.text("forged")
    if invalid_signature is not None and invalid_signature not in FORGERIES:
        raise invalid(f"Invalid forged: must be one of {', '.join(FORGERIES)}", param="forged")
    times = params.number("times", least=1) or 1
    chosen = []
    for event in params.texts("events"):
        if event not in deliverer.state.deliveries:
            raise no_such("event", event, param="events")
        chosen.append(deliverer.state.deliveries[event])
    return {
        "answers": [
            deliverer.send(one, invalid_signature=invalid_signature) for one in chosen * times
        ]
    }


def _mode(state: State) -> str:
    return "hold" if state.held else "live"


def _money(deliverer: Deliverer, rest: str, params: Params) -> Json:
    """Record a bank transfer for an invoice; by default, its amount is the amount due."""
    state = deliverer.state
    with state.lock:
        row = state.get("invoice", rest)
        if row["status"] not in {"open", "uncollectible"}:
            raise invalid(f"Invoice is {row['status']}; no money is awaited.")
        amount = params.number("amount", least=1) or row["amount_remaining"]
        customer, used = (
            state.get("customer", row["customer"]),
            min(amount, row["amount_remaining"]),
        )
        for kind, net in (("funded", amount), ("applied_to_payment", -used)):
            move = state.add(
                "customer_cash_balance_transaction", currency=row["currency"],
                customer=customer["id"], customer_account=None, ending_balance=amount - used,
                net_amount=net, type=kind,
            )  # fmt: skip
            told(state, "customer_cash_balance_transaction.created", move)
        transfer_charged(state, row, used)
        billing.paid(state, row, used)
        state.save()
    deliverer.wake()
    return {"status": row["status"], "amount_remaining": row["amount_remaining"]}


def _credit(deliverer: Deliverer, rest: str, params: Params) -> Json:
    """Add credit to a customer's balance."""
    state = deliverer.state
    with state.lock:
        amount = params.number("amount", least=1) or 0
        credit(state, state.get("customer", rest), -amount, {"id": None, "currency": "mad"})
    return {"balance": state.get("customer", rest)["balance"]}


def _fail(deliverer: Deliverer, _rest: str, params: Params) -> Json:
    """Make the next API calls fail, before or after the server carries them out."""
    fault = {
        "left": params.number("next", least=1) or 1,
        "kind": params.one_of("kind", FAULTS, "500"),
        "when": params.one_of("when", ("before", "after"), "before"),
        "seconds": params.number("seconds", least=0) or 0,
        "path": params.text("path") or "/v1/",
        "method": params.text("method"),
    }
    deliverer.state.faults.append(fault)
    return fault


def _settings(deliverer: Deliverer, _rest: str, params: Params) -> Json:
    """Change the account's settings for unpaid invoices; return all settings."""
    settings = deliverer.state.settings
    if params.has("retry_days"):
        settings["retry_days"] = [int(one) for one in params.texts("retry_days")]
    settings["after"] = params.one_of("after", ("unpaid", "cancel", "past_due"), settings["after"])
    settings["overdue_days"] = params.number("overdue_days") or settings["overdue_days"]
    return dict(settings)


def _webhook(deliverer: Deliverer, _rest: str, params: Params) -> Json:
    """Set the address to which events are sent from now on."""
    deliverer.url = params.text("url") or ""
    deliverer.wake()
    return {"url": deliverer.url}


def _reset(deliverer: Deliverer, _rest: str, _params: Params) -> Json:
    """Delete all objects and restore the defaults."""
    with deliverer.state.lock:
        deliverer.state.reset()
        deliverer.state.save()
    return {"reset": True}


ENDPOINTS: dict[str, Callable[[Deliverer, str, Params], Json]] = {
    "clock": _clock, "deliveries": _deliveries, "money": _money, "credit": _credit,
    "fail": _fail, "settings": _settings, "webhook": _webhook, "reset": _reset,
}  # fmt: skip


def fault_for(state: State, method: str, path: str, when: str) -> Json | None:
    """Return and remove the fault that is set for this request, or return None."""
    for fault in state.faults:
        if fault["when"] != when or not path.startswith(fault["path"]):
            continue
        if fault["method"] not in (None, method):
            continue
        fault["left"] -= 1
        if fault["left"] == 0:
            state.faults.remove(fault)
        return fault
    return None


def waited(fault: Json) -> None:
    """Wait for the seconds of a ``timeout`` fault; the caller then closes the connection."""
    if fault["kind"] == "timeout":
        time.sleep(fault["seconds"])


def faulty(fault: Json) -> tuple[int, str] | None:
    """Return status and body for a fault, or None if the caller must close the connection."""
    if fault["kind"] == "500":
        return 500, json.dumps({"error": {"type": "api_error", "message": "Something went wrong."}})
    if fault["kind"] == "429":
        error = {"type": "invalid_request_error", "code": "rate_limit",
                 "message": "Too many requests hit the API too quickly."}  # fmt: skip
        return 429, json.dumps({"error": error})
    return None
