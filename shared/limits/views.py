"""Pages that take files from strangers: what a page does when a proof is wanted for them."""

import json

from django.http import HttpRequest, HttpResponse

from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import proof_accept, proof_challenge
from shared.limits.services.uploads import upload_passed
from shared.ui.addresses import client_group

# The field in which the script of a page writes what it has worked out.
PROOF_FIELD = "altcha"


def proof_for_upload(request: HttpRequest, *, size: int) -> ProofNeeded | None:
    """Return what is wanted before so many bytes are taken from there; nothing when they may
    come.
    """
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
    """Return what ``components/proof.html`` is given."""
    return {"challenge": json.dumps(proof_challenge()), "seconds": wanted.retry_after}


def asked_for_proof(response: HttpResponse, wanted: ProofNeeded) -> HttpResponse:
    """Show a page that asks for a proof, under the status and with the header that say so."""
    response.status_code = 429
    response["Retry-After"] = str(wanted.retry_after)
    return response
