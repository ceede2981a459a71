"""Proof of work on pages where people upload files without a sign-in."""

import json

from django.http import HttpRequest, HttpResponse

from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import proof_accept, proof_challenge
from shared.limits.services.uploads import upload_passed
from shared.ui.addresses import client_group

# The name of the form field for the solution of the proof of work.
PROOF_FIELD = "altcha"


def proof_for_upload(request: HttpRequest, *, size: int) -> ProofNeeded | None:
    """Count an upload; return the error if it lacks a required proof of work, or ``None``."""
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
    """Return the context of the template ``components/proof.html``."""
    return {"challenge": json.dumps(proof_challenge()), "seconds": wanted.retry_after}


def asked_for_proof(response: HttpResponse, wanted: ProofNeeded) -> HttpResponse:
    """Set the status 429 and the header Retry-After on a page that requires a proof of work."""
    response.status_code = 429
    response["Retry-After"] = str(wanted.retry_after)
    return response
