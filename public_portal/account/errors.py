"""Refusals of the account."""

from shared.kernel.errors import Conflict, NotFound


class TooManyPasskeys(Conflict):
    """An account holds ten passkeys at most."""

    code = "too_many_passkeys"


class PasskeyNotFound(NotFound):
    """No passkey of that number in this account."""

    code = "passkey_not_found"
