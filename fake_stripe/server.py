"""The HTTP server of the fake Stripe."""

import json
import secrets
import traceback
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fake_stripe import (
    catalogue,
    checkout,
    endpoints,
    invoices,
    payments,
    portal,
    previews,
    refunds,
    subscriptions,
)
from fake_stripe.clock import catch_up
from fake_stripe.control import controlled, fault_for, faulty, waited
from fake_stripe.deliveries import PAUSES, Deliverer
from fake_stripe.endpoints import ROUTES, Call, Route, expanded
from fake_stripe.form_parameters import Params, decoded
from fake_stripe.pages import PageRequest, Shown, answered
from fake_stripe.refusals import Json, Refused, invalid, unauthorized
from fake_stripe.state import API_VERSION, DAY, State

# The import of these modules registers their endpoints.
SPOKEN = (
    endpoints,
    catalogue,
    checkout,
    invoices,
    payments,
    portal,
    previews,
    refunds,
    subscriptions,
)
# Addresses without a placeholder come first, because ``{id}`` would match their last part.
_IN_ORDER = sorted(ROUTES, key=lambda route: route.path.count("{"))
DEMO_KEY = "sk_test_stand_in"


class FakeStripeServer:
    """The HTTP server of the fake Stripe, with its state and its webhook thread."""

    def __init__(
        self, *, port: int = 0, host: str = "127.0.0.1", key: str = DEMO_KEY,
        webhook_url: str = "", webhook_secret: str = "", state_file: Path | None = None,
        pauses: tuple[float, ...] = PAUSES, public_url: str = "",
    ) -> None:  # fmt: skip
        self.key = key
        self.secret = webhook_secret or f"whsec_{secrets.token_hex(16)}"
        self.state = State(file=state_file)
        self.deliverer = Deliverer(self.state, url=webhook_url, secret=self.secret, pauses=pauses)
        self.http = _Server((host, port), _Handler)
        self.http.fake_server = self
        self.url = f"http://{host}:{self.http.server_address[1]}"
        self.state.base = public_url.rstrip("/") or self.url

    def serve(self) -> None:
        """Answer requests until another thread calls ``stop``."""
        self.deliverer.start()
        self.http.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Stop the server and the webhooks, and save the state."""
        self.http.shutdown()
        self.http.server_close()
        self.deliverer.stop()
        with self.state.lock:
            self.state.save()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Without this, a new server could not use the port of a server that has just ended.
    allow_reuse_address = True
    fake_server: FakeStripeServer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    method: str
    path: str
    text: str
    idempotency_key: str | None
    request_id: str


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "StripeStandIn"
    sys_version = ""
    # The buffer makes one packet of a response; a second small packet would be sent late.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, *_args: Any) -> None:
        """Log nothing, because the demonstration prints to the same terminal."""

    @property
    def fake_server(self) -> FakeStripeServer:
        server: Any = self.server
        found: FakeStripeServer = server.fake_server
        return found

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        text = "&".join(piece for piece in (parts.query, body) if piece)
        if parts.path.startswith("/v1/"):
            self._api(parts.path, text)
        elif parts.path.startswith("/_fake/"):
            self._control(parts.path, text)
        else:
            self._page(parts.path, text)

    # --- the API ---------------------------------------------------------------------------------

    def _api(self, path: str, text: str) -> None:
        asked = _Asked(
            method=self.command, path=path, text=text,
            idempotency_key=self.headers.get("Idempotency-Key"),
            request_id=f"req_{secrets.token_hex(7)}",
        )  # fmt: skip
        state = self.fake_server.state
        try:
            self._authenticate()
        except Refused as refusal:
            self._json(asked, refusal.status, json.dumps(refusal.body))
            return
        if self._failed(asked, "before"):
            return
        with state.lock:
            status, answer, replayed = _answered(state, asked)
            if asked.method != "GET":
                state.save()
        self.fake_server.deliverer.wake()
        if not self._failed(asked, "after"):
            self._json(asked, status, answer, replayed=replayed)

    def _authenticate(self) -> None:
        kind, _, key = (self.headers.get("Authorization") or "").partition(" ")
        if kind != "Bearer" or not key:
            raise unauthorized(
                "You did not provide an API key. You need to provide your API key in the"
                " Authorization header, using Bearer auth."
            )
        if not secrets.compare_digest(key.encode(), self.fake_server.key.encode()):
            raise unauthorized(f"Invalid API Key provided: {key[:8]}****{key[-4:]}")

    def _failed(self, asked: _Asked, when: str) -> bool:
        state = self.fake_server.state
        with state.lock:
            fault = fault_for(state, asked.method, asked.path, when)
        if fault is None:
            return False
        waited(fault)
        if answer := faulty(fault):
            self._json(asked, *answer)
        else:
            # The connection is closed without an answer.
            self.close_connection = True
        return True

    def _json(self, asked: _Asked, status: int, body: str, *, replayed: bool = False) -> None:
        headers = {
            "Content-Type": "application/json",
            "Request-Id": asked.request_id,
            "Stripe-Version": self.headers.get("Stripe-Version") or API_VERSION,
        }
        if asked.idempotency_key:
            headers["Idempotency-Key"] = asked.idempotency_key
        if replayed:
            headers["Idempotent-Replayed"] = "true"
        self._write(status, headers, body.encode())

    def _write(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # --- the control endpoints and the pages ---------------------------------------------------

    def _control(self, path: str, text: str) -> None:
        try:
            answer = controlled(
                self.fake_server.deliverer, self.command, path, Params(decoded(text))
            )
            status = 200
        except Refused as refusal:
            status, answer = refusal.status, refusal.body
        self._write(status, {"Content-Type": "application/json"}, json.dumps(answer).encode())

    def _page(self, path: str, text: str) -> None:
        state = self.fake_server.state
        with state.lock:
            catch_up(state)
            shown = answered(
                PageRequest(
                    state=state, method=self.command, path=path, form=decoded(text),
                    accepted=self.headers.get("Accept-Language") or "",
                )
            )  # fmt: skip
            state.save()
        self.fake_server.deliverer.wake()
        self._write(shown.status, _page_headers(shown), shown.body)


def _page_headers(shown: Shown) -> dict[str, str]:
    headers = {
        "Content-Type": shown.kind,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return headers | ({"Location": shown.location} if shown.location else {})


def _answered(state: State, asked: _Asked) -> tuple[int, str, bool]:
    """Return status, body, and whether this is the stored answer of an idempotency key."""
    key = asked.idempotency_key if asked.method == "POST" else None
    state.request = {"id": asked.request_id, "idempotency_key": key}
    asking = f"{asked.path}?{asked.text}"
    try:
        if key and (kept := state.answers.get(key)) and kept["at"] > state.now() - DAY:
            if kept["asking"] != asking:
                raise _other_params(key)
            return kept["status"], kept["body"], True
        catch_up(state)
        status, body = 200, json.dumps(_carried_out(state, asked))
    except Refused as refusal:
        status, body = refusal.status, json.dumps(refusal.body)
        # Only the answer for a refused card (402) is stored: after any other error, the client may
        # send a corrected request with the same key.
        key = key if status == 402 else None
    except Exception:
        # An error of the fake Stripe itself is answered in Stripe's format.
        traceback.print_exc()
        error = {"type": "api_error", "message": "The fake Stripe made a mistake."}
        status, body, key = 500, json.dumps({"error": error}), None
    finally:
        state.request = {"id": None, "idempotency_key": None}
    if key:
        # Like Stripe, the fake Stripe ignores an answer that was stored more than a day ago.
        state.answers[key] = {
            "asking": asking, "status": status, "body": body, "at": state.now(),
        }  # fmt: skip
    return status, body, False


def _other_params(key: str) -> Refused:
    return Refused(
        400, "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first"
        f" used with. Try using a key other than '{key}' if you meant to execute a different"
        " request.",
    )  # fmt: skip


def _carried_out(state: State, asked: _Asked) -> Json:
    route, places = _route(asked)
    params = Params(decoded(asked.text))
    params.refuse_unknown(route.known)
    with state.undoing():
        answer = route.answer(Call(state=state, params=params, **places))
        return expanded(state, answer, params.texts("expand"))


def _route(asked: _Asked) -> tuple[Route, dict[str, str]]:
    for route in _IN_ORDER:
        if route.method == asked.method and (found := route.pattern.fullmatch(asked.path)):
            return route, found.groupdict()
    refusal = invalid(f"Unrecognized request URL ({asked.method}: {asked.path}).")
    refusal.status = 404
    raise refusal
