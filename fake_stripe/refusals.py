"""Errors in Stripe's format."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """The exception for an error answer with the HTTP status ``status``.

    If ``undo`` is true, the changes that the request has made are undone.
    """

    undo = True

    def __init__(self, status: int, kind: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"error": {"type": kind, "message": message, **more}}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> Refused:
    """Return the error for an invalid request (400)."""
    more = {"param": param, "code": code}
    given: Json = {key: value for key, value in more.items() if value is not None}
    if code:
        given["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
    return Refused(400, "invalid_request_error", message, **given)


def missing(param: str) -> Refused:
    """Return the error for a missing parameter (400)."""
    return invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")


def no_such(kind: str, identity: str, *, param: str = "id") -> Refused:
    """Return the error for an unknown identifier: 404 in an address, 400 in a parameter."""
    return Refused(
        404 if param == "id" else 400, "invalid_request_error", f"No such {kind}: '{identity}'",
        code="resource_missing", param=param,
    )  # fmt: skip


def declined(decline_code: str, *, charge: str, payment_intent: Json, undo: bool = True) -> Refused:
    """Return the error for a card that its bank refused (402)."""
    refusal = Refused(
        402, "card_error", DECLINES[decline_code], code="card_declined",
        decline_code=decline_code, charge=charge, payment_intent=payment_intent,
    )  # fmt: skip
    refusal.undo = undo
    return refusal


def unauthorized(message: str) -> Refused:
    """Return the error for a missing or wrong secret key (401)."""
    return Refused(401, "invalid_request_error", message)


DECLINES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
}
