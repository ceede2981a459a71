"""Signed webhooks; a thread sends each webhook again until the receiver accepts it."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress

from fake_stripe.clock import catch_up
from fake_stripe.refusals import Json
from fake_stripe.state import API_VERSION, State

# Pauses between tries, in seconds; Stripe's pauses are longer.
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
TIMEOUT = 10.0
FORGERIES = ("secret", "body", "old", "unsigned")


def signature(payload: str, secret: str, at: int) -> str:
    """Return the signature header as Stripe writes it."""
    signed = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


class Deliverer:
    """The thread that sends waiting events to one address, unless deliveries are held back."""

    def __init__(
        self, state: State, *, url: str, secret: str, pauses: tuple[float, ...] = PAUSES
    ) -> None:
        self.state, self.url, self.secret, self.pauses = state, url, secret, pauses
        self.woken, self.over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, name="stripe-webhooks", daemon=True)

    def start(self) -> None:
        """Start to send events."""
        self.thread.start()

    def stop(self) -> None:
        """End the thread; waiting events are sent after the next start."""
        self.over.set()
        self.woken.set()
        self.thread.join(timeout=TIMEOUT)

    def wake(self) -> None:
        """Make the thread send waiting events now."""
        self.woken.set()

    def send(self, delivery: Json, *, invalid_signature: str | None = None) -> int:
        """Send an event now, in any state; return the HTTP status, or 0 without an answer."""
        payload, header = self._written(delivery, invalid_signature)
        status = _posted(self.url, payload, header) if self.url else 0
        with self.state.lock:
            if invalid_signature is None:
                self._noted(delivery, status)
        return status

    def _written(self, delivery: Json, invalid_signature: str | None) -> tuple[str, str | None]:
        with self.state.lock:
            payload = json.dumps(self.state.get("event", delivery["event"]))
        # The receiver checks the signature's age against the real time.
        at = int(time.time())
        if invalid_signature == "unsigned":
            return payload, None
        if invalid_signature == "old":
            return payload, signature(payload, self.secret, at - 86_400)
        if invalid_signature == "secret":
            return payload, signature(payload, f"{self.secret}x", at)
        if invalid_signature == "body":
            header = signature(payload, self.secret, at)
            return payload.replace('"livemode": false', '"livemode": true', 1), header
        return payload, signature(payload, self.secret, at)

    def _noted(self, delivery: Json, status: int) -> None:
        delivery["attempts"] += 1
        delivery["answers"].append(status)
        if 200 <= status < 300:
            delivery["state"] = "delivered"
        elif delivery["state"] == "waiting" and delivery["attempts"] > len(self.pauses):
            delivery["state"] = "failed"
        elif delivery["state"] == "waiting":
            delivery["next_at"] = time.time() + self.pauses[delivery["attempts"] - 1]
        event = self.state.rows["event"].get(delivery["event"])
        if event is not None and delivery["state"] != "waiting":
            event["pending_webhooks"] = 0

    def _run(self) -> None:
        while not self.over.is_set():
            # The thread waits at most a second, because an event may become due without a call of
            # ``wake``.
            self.woken.wait(timeout=self._pause())
            self.woken.clear()
            with self.state.lock:
                if catch_up(self.state):
                    self.state.save()
            for delivery in self._ready():
                if self.over.is_set():
                    return
                self.send(delivery)

    def _pause(self) -> float:
        with self.state.lock:
            times: list[float] = [one["next_at"] for one in self._waiting()]
        return max(0.01, min([1.0, *(at - time.time() for at in times)]))

    def _ready(self) -> list[Json]:
        with self.state.lock:
            return [one for one in self._waiting() if one["next_at"] <= time.time()]

    def _waiting(self) -> list[Json]:
        if self.state.held or not self.url:
            return []
        return [one for one in self.state.deliveries.values() if one["state"] == "waiting"]


def _posted(url: str, payload: str, header: str | None) -> int:
    request = urllib.request.Request(url, payload.encode(), method="POST")  # noqa: S310 - ours
    request.add_header("Content-Type", "application/json; charset=utf-8")
    request.add_header("User-Agent", f"Stripe/1.0 (stand-in; {API_VERSION})")
    if header is not None:
        request.add_header("Stripe-Signature", header)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - ours
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with suppress(OSError):
            error.close()
        return error.code
    except (OSError, ValueError):
        return 0
