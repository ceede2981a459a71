"""The state of the fake Stripe: objects, clock, and answers by idempotency key."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from fake_stripe.refusals import Json, Refused, no_such

API_VERSION = "2026-10-28.endive"
DAY = 86_400
# First part of an identifier -> Stripe's name of the kind of object.
KINDS = {
    "cus": "customer", "txi": "tax_id", "prod": "product", "price": "price",
    "pm": "payment_method", "sub": "subscription", "si": "subscription_item", "in": "invoice",
    "il": "line_item", "ii": "invoiceitem", "inpay": "invoice_payment", "pi": "payment_intent",
    "ch": "charge", "re": "refund", "cs_test": "checkout.session", "evt": "event",
    "bps": "billing_portal.session", "cbtxn": "customer_balance_transaction",
    "ccsbtxn": "customer_cash_balance_transaction",
}  # fmt: skip
PREFIXES = {kind: prefix for prefix, kind in KINDS.items()}
# Kind of object -> common fields that its objects lack.
NOT_THERE = {
    "refund": ("livemode",), "subscription_item": ("livemode",), "invoiceitem": ("created",),
}  # fmt: skip
# A refused charge is tried again ``retry_days`` days after the first try; after the last try, the
# subscription gets the status ``after``.
SETTINGS: Json = {"retry_days": [3, 5, 7], "after": "unpaid", "overdue_days": 30}


class State:
    """An account of the fake Stripe; every request holds ``lock`` while it reads or writes."""

    def __init__(self, *, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.file = file
        # The address of the pages for browsers; the server sets it.
        self.base = ""
        self.reset()
        if file and file.exists():
            self._read(json.loads(file.read_text()))

    def reset(self) -> None:
        """Delete everything; the clock shows the real time again."""
        self.rows: dict[str, dict[str, Json]] = {kind: {} for kind in PREFIXES}
        self.answers: dict[str, Json] = {}
        # Changes that are made only once, with their time: for example, an invoice became
        # overdue.
        self.marks: dict[str, int] = {}
        self.carts: dict[str, Json] = {}
        self.deliveries: dict[str, Json] = {}
        self.faults: list[Json] = []
        self.settings = deepcopy(SETTINGS)
        self.offset = 0
        self.pinned: int | None = None
        self.held = False
        self.numbers = 0
        self.request: Json = {"id": None, "idempotency_key": None}

    def now(self) -> int:
        """Return the time of the fake Stripe's movable clock, in seconds since 1970."""
        return int(time.time()) + self.offset if self.pinned is None else self.pinned

    def add(self, kind: str, **fields: Any) -> Json:
        """Create an object of the kind, store it, and return it."""
        identity = f"{PREFIXES[kind]}_{secrets.token_hex(12)}"
        row = {"id": identity, "object": kind, "created": self.now(), "livemode": False, **fields}
        for name in NOT_THERE.get(kind, ()):
            del row[name]
        self.rows[kind][row["id"]] = row
        return row

    def get(self, kind: str, identity: str, *, param: str = "id") -> Json:
        """Return the stored object itself; a change of the object changes the state.

        Raises ``Refused`` for an unknown identifier.
        """
        try:
            return self.rows[kind][identity]
        except KeyError:
            raise no_such(kind.replace("_", " "), identity, param=param) from None

    def find(self, identity: Any) -> Json | None:
        """Return the object of any kind that has this identifier, or None."""
        prefix = str(identity).rpartition("_")[0]
        return self.rows[KINDS[prefix]].get(identity) if prefix in KINDS else None

    def all(self, kind: str, **where: Any) -> list[Json]:
        """Return the objects whose fields have the values in ``where``, oldest first."""
        return [
            row for row in self.rows[kind].values()
            if all(row.get(name) == value for name, value in where.items())
        ]  # fmt: skip

    def remove(self, row: Json) -> None:
        """Delete an object."""
        del self.rows[row["object"]][row["id"]]

    def count(self) -> int:
        """Return a number that was not returned before."""
        self.numbers += 1
        return self.numbers

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Restore all objects and deliveries if the block raises ``Refused`` with ``undo``."""
        # Events are not copied, because there are many events and no event changes.
        others = {kind: rows for kind, rows in self.rows.items() if kind != "event"}
        before, events = json.dumps(others), dict(self.rows["event"])
        waiting = dict(self.deliveries)
        try:
            yield
        except Refused as refusal:
            if refusal.undo:
                self.rows = json.loads(before) | {"event": events}
                self.deliveries = waiting
            raise

    def save(self) -> None:
        """Write the state to its file, if any, atomically."""
        if self.file is None:
            return
        self._forget()
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps({name: getattr(self, name) for name in KEPT}))
        beside.replace(self.file)

    def _forget(self) -> None:
        """Delete events that are older than a month, so that the file stays small."""
        since = self.now() - 30 * DAY
        for event in [row for row in self.all("event") if row["created"] < since]:
            delivery = self.deliveries.get(event["id"])
            if delivery is None or delivery["state"] != "waiting":
                self.remove(event)
                self.deliveries.pop(event["id"], None)
        self.answers = {key: one for key, one in self.answers.items() if one["at"] > since}

    def _read(self, kept: Json) -> None:
        for name in KEPT:
            setattr(self, name, kept[name])
        self.rows = {kind: {} for kind in PREFIXES} | self.rows


KEPT = ("rows", "answers", "marks", "carts", "deliveries", "settings", "offset", "held", "numbers")
