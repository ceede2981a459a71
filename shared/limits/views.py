"""Proof of work on pages that take files from strangers."""

import json

from django.http import HttpRequest, HttpResponse

from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import proof_accept, proof_challenge
from shared.limits.services.uploads import upload_passed
from shared.ui.addresses import client_group

# The field in which the script of a page writes what it has worked out.
PROOF_FIELD = "altcha"


def proof_for_upload(request: HttpRequest, *, size: int) -> ProofNeeded | None:
    """Return the proof needed before an upload of this size is taken, or ``None``."""
    try:
        upload_passed(
            address=client_group(request),
            size=size,
            proves=lambda: proof_accept(request.POST.get(PROOF_FIELD, "")),
        )
    except ProofNeeded as wanted:
        return wanted
    return None


def proof_context(wanted: ProofNeeded) -> dict[str, object]:
    """Return the context of ``components/proof.html``."""
    return {"challenge": json.dumps(proof_challenge()), "seconds": wanted.retry_after}


def asked_for_proof(response: HttpResponse, wanted: ProofNeeded) -> HttpResponse:
    """Give a page that asks for a proof the status 429 and a Retry-After header."""
    response.status_code = 429
    response["Retry-After"] = str(wanted.retry_after)
    return response
