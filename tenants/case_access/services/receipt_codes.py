"""Receipt codes of requests, and the keyed digests by which a request is looked up."""

import hmac

from django.conf import settings

from shared.kernel.references import LENGTH
from tenants.case_access.enums import KeyKind
from tenants.models import (
    Route,
)

# Name of the attribute of a route with the nonce and the code that was computed from it.
_COMPUTED = "_computed"


def receipt_code_compute(route: Route) -> str:
    """Compute the sixteen-digit receipt code from the nonce of the route.

    The code is stored nowhere, so a copy of the database opens no request. A filing computes it
    for the route and for the receipt, so the instance keeps it with the nonce.
    """
    code: str
    nonce, code = vars(route).get(_COMPUTED, (None, ""))
    if nonce != route.nonce:
        digest = keyed_digest("receipt", bytes(route.nonce), route.reference.encode())
        code = f"{int.from_bytes(digest) % 10**LENGTH:0{LENGTH}d}"
        vars(route)[_COMPUTED] = (route.nonce, code)
    return code


def lookup_digest(reference: str, kind: KeyKind, value: str) -> bytes:
    """Compute the keyed digest of a reference with an e-mail address, receipt code or name."""
    return keyed_digest(f"lookup:{kind}", reference.encode(), value.encode())


def keyed_digest(purpose: str, *parts: bytes) -> bytes:
    """Compute the HMAC-SHA-256 of the purpose and the parts with the key LOOKUP_KEY."""
    # The message has the lengths too: otherwise "ab"+"c" and "a"+"bc" would have the same digest.
    return hmac.digest(
        settings.LOOKUP_KEY.encode(),
        b"".join(len(part).to_bytes(4) + part for part in (purpose.encode(), *parts)),
        "sha256",
    )
