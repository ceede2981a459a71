"""Proof of work for API clients, who send the solution in a header."""

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shared.limits.errors import ProofNeeded
from shared.limits.services.proof import MAX_PROOF_LENGTH, proof_accept, proof_challenge
from shared.ui.api import ErrorsSerializer

PROOF_HEADER = "Altcha"
PROOF_PARAMETER = OpenApiParameter(
    name=PROOF_HEADER,
    location=OpenApiParameter.HEADER,
    type={"type": "string", "maxLength": MAX_PROOF_LENGTH},
    description=(
        "Only after a 429 with the code proof_needed: the solution of its challenge, as base64 of "
        "the JSON {challenge, solution: {counter, derivedKey}} of ALTCHA 2."
    ),
)


class ProofAskedSerializer(ErrorsSerializer):
    """A refusal over the limits, with the challenge whose solution lifts it; see Retry-After."""

    altcha = serializers.DictField(
        required=False, help_text="A challenge of ALTCHA 2: parameters and signature."
    )


def proves(request: HttpRequest | Request) -> bool:
    """Return whether the request has a proof of work that is right, in time and unused."""
    return proof_accept(request.headers.get(PROOF_HEADER, ""))


def proof_asked(refusal: ProofNeeded, *, message: str) -> Response:
    """Return a response with status 429 and a new challenge."""
    return Response(
        {
            "errors": [{"code": refusal.code, "message": message}],
            "altcha": proof_challenge(),
        },
        status=429,
        headers={"Retry-After": str(refusal.retry_after), "Cache-Control": "no-store"},
    )
