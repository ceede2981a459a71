"""Following a request over REST: a token for its two halves, then the case and what may be done."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes, parser_classes
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from public_portal.tracking.api.serializers import (
    AttachmentSerializer,
    CaseSerializer,
    JoinedOpenSerializer,
    MessageSerializer,
    OpenSerializer,
    PartOpenSerializer,
    PromiseTellSerializer,
    RatingSerializer,
    ReopenSerializer,
    ReviewAskSerializer,
    TokenSerializer,
)
from public_portal.tracking.enums import ReopenReason
from public_portal.tracking.selectors.tracking_page import (
    case_agencies,
    custody_rows,
    request_parts,
)
from public_portal.tracking.services import proof_link_send, tracking_page_open
from public_portal.tracking.types import Asker
from public_portal.tracking.workflow import reopening_text
from shared.complaints.types import RatingDraft
from shared.kernel.errors import TooManyAttempts
from shared.limits.api import PROOF_PARAMETER, ProofAskedSerializer, proof_asked, proves
from shared.limits.errors import ProofNeeded
from shared.limits.services.uploads import upload_passed
from shared.ui.addresses import client_group
from shared.ui.api import ErrorsSerializer
from shared.ui.links import page_language
from shared.ui.messages import refusal_message
from tenants.case_access import gateway
from tenants.case_access.errors import ProofRequired
from tenants.case_access.selectors import case_openings
from tenants.case_access.services.case_parts import part_open
from tenants.case_access.services.joined_requests import joined_open
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.reviews import review_ask, review_of
from tenants.case_access.types import IssuedToken
from tenants.custody.services.splits import part_object

BEARER = "bearer "
REFUSALS = {400: ErrorsSerializer, 401: ErrorsSerializer, 409: ErrorsSerializer}
# The response with the code ``proof_required``, to a token of the scope "write".
PROOF_REFUSAL = {403: ErrorsSerializer}

View = Callable[[Request], Response]


def asks_proof(view: View) -> View:
    """Decorate a view to mail a proof link when the view raises ``ProofRequired``."""

    @wraps(view)
    def guarded(request: Request) -> Response:
        try:
            return view(request)
        except ProofRequired:
            # Over the limit of e-mails, the response is still ``ProofRequired``.
            with suppress(TooManyAttempts):
                proof_link_send(token=str(request.auth), language=page_language())
            raise

    return guarded


class TrackingAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` with a token of ``POST /api/v1/tracking/``; it opens one case."""

    def authenticate(self, request: Request) -> tuple[None, str]:
        """Return the token as it came; the service that takes it knows whether it is valid."""
        header = request.headers.get("Authorization", "")
        if not header.lower().startswith(BEARER):
            raise NotAuthenticated
        return None, header[len(BEARER) :].strip()

    def authenticate_header(self, request: Request) -> str:
        """Return what a refusal asks for."""
        return "Bearer"


class TrackingScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The tracking token in the OpenAPI document."""

    target_class = TrackingAuthentication
    name = "trackingToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return a bearer token."""
        return {"type": "http", "scheme": "bearer"}


@extend_schema(
    operation_id="tracking_open",
    tags=["tracking"],
    auth=[],
    parameters=[PROOF_PARAMETER],
    request=OpenSerializer,
    responses={
        200: TokenSerializer,
        400: ErrorsSerializer,
        404: ErrorsSerializer,
        429: ProofAskedSerializer,
    },
)
@api_view(["POST"])
@authentication_classes([])
def tokens(request: Request) -> Response:
    """A token for the two halves, or for the link of a letter; every wrong one gets the same 404.

    By e-mail address, which the administration may know as well, its scope is "write". A request
    that is confidential, whose reference another administration knows, or at which five addresses
    were tried in 24 hours opens by receipt code or link: its own address gets that 404 as well, and
    a letter with a link.
    """
    serializer = OpenSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    if "link" in serializer.validated_data:
        return _issued(link_open(key=serializer.validated_data["link"]))
    kind, value = serializer.secret
    asker = Asker(address=client_group(request), language=page_language())
    reference = serializer.validated_data["reference"]
    try:
        issued = tracking_page_open(
            reference=reference, kind=kind, value=value, asker=asker, proves=lambda: proves(request)
        )
    except ProofNeeded as refusal:
        message = _(
            "Many numbers are being tried. Send this again with the solution of the challenge in "
            "the header Altcha, with the receipt code, or later."
        )
        return proof_asked(refusal, message=message)
    return _issued(issued)


@extend_schema(
    operation_id="tracking_case",
    tags=["tracking"],
    responses={200: CaseSerializer, 401: ErrorsSerializer},
)
@api_view(["GET"])
@authentication_classes([TrackingAuthentication])
def case(request: Request) -> Response:
    """The case that the token opens."""
    return _case(request)


@extend_schema(
    operation_id="tracking_message_add",
    tags=["tracking"],
    request=MessageSerializer,
    responses={201: CaseSerializer, **REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def add_message(request: Request) -> Response:
    """Write to the administration; answers with the case as it now stands."""
    gateway.message_add(token=str(request.auth), **_values(MessageSerializer, request))
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_attachment_add",
    tags=["tracking"],
    request={"multipart/form-data": AttachmentSerializer},
    parameters=[PROOF_PARAMETER],
    responses={201: CaseSerializer, **REFUSALS, 429: ProofAskedSerializer},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@parser_classes([MultiPartParser])
def add_attachment(request: Request) -> Response:
    """Send one file; answers with the case as it now stands."""
    upload = _values(AttachmentSerializer, request)["file"]
    try:
        upload_passed(
            address=client_group(request),
            size=len(upload.content),
            proves=lambda: proves(request),
        )
    except ProofNeeded as refusal:
        return proof_asked(refusal, message=refusal_message(refusal))
    gateway.attachment_add(token=str(request.auth), upload=upload)
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_rating_give",
    tags=["tracking"],
    request=RatingSerializer,
    responses={201: CaseSerializer, **REFUSALS, **PROOF_REFUSAL},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@asks_proof
def give_rating(request: Request) -> Response:
    """Rate the reply, once; answers with the case as it now stands."""
    gateway.rating_give(
        token=str(request.auth), draft=RatingDraft(**_values(RatingSerializer, request))
    )
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_promise_tell",
    tags=["tracking"],
    request=PromiseTellSerializer,
    responses={201: CaseSerializer, **REFUSALS, **PROOF_REFUSAL},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@asks_proof
def report_promise(request: Request) -> Response:
    """Say, once it was asked, whether the promise was kept; answers with the case as it stands."""
    gateway.promise_report(token=str(request.auth), **_values(PromiseTellSerializer, request))
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_reopen",
    tags=["tracking"],
    request=ReopenSerializer,
    responses={200: CaseSerializer, **REFUSALS, **PROOF_REFUSAL},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@asks_proof
def reopen(request: Request) -> Response:
    """Use the right to re-open; answers with the case as it now stands."""
    values = _values(ReopenSerializer, request)
    body = reopening_text(**values, language=gateway.case_show(token=str(request.auth)).language)
    gateway.case_reopen(
        token=str(request.auth),
        body=body,
        is_not_done=values["reason"] == ReopenReason.NOT_DONE,
    )
    return _case(request)


@extend_schema(
    operation_id="tracking_review_ask",
    tags=["tracking"],
    request=ReviewAskSerializer,
    responses={201: CaseSerializer, **REFUSALS, **PROOF_REFUSAL},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@asks_proof
def ask_review(request: Request) -> Response:
    """Ask national oversight for a review; answers with the case as it now stands."""
    review_ask(token=str(request.auth), **_values(ReviewAskSerializer, request))
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_withdraw",
    tags=["tracking"],
    request=None,
    responses={200: CaseSerializer, **REFUSALS, **PROOF_REFUSAL},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@asks_proof
def withdraw(request: Request) -> Response:
    """Take the request back; answers with the case as it now stands."""
    gateway.case_withdraw(token=str(request.auth))
    return _case(request)


@extend_schema(
    operation_id="tracking_part_open",
    tags=["tracking"],
    request=PartOpenSerializer,
    responses={
        200: TokenSerializer,
        400: ErrorsSerializer,
        401: ErrorsSerializer,
        404: ErrorsSerializer,
    },
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def open_part(request: Request) -> Response:
    """A token for another part of the same request, of the scope of the one that asks."""
    reference = _values(PartOpenSerializer, request)["reference"]
    return _issued(part_open(token=str(request.auth), reference=reference))


@extend_schema(
    operation_id="tracking_part_object",
    tags=["tracking"],
    request=None,
    responses={200: CaseSerializer, **REFUSALS, **PROOF_REFUSAL},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@asks_proof
def object_part(request: Request) -> Response:
    """Give the opened part back to the whole request, within seven days of its making."""
    part_object(token=str(request.auth))
    return _case(request)


@extend_schema(
    operation_id="tracking_joined_open",
    tags=["tracking"],
    request=JoinedOpenSerializer,
    responses={
        200: TokenSerializer,
        400: ErrorsSerializer,
        401: ErrorsSerializer,
        404: ErrorsSerializer,
    },
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def open_joined(request: Request) -> Response:
    """A token for another request that is answered with this one; got by a link of a letter."""
    reference = _values(JoinedOpenSerializer, request)["reference"]
    return _issued(joined_open(token=str(request.auth), reference=reference))


def _values(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """Check what was sent and return its values. Raises ``ValidationError``."""
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _issued(issued: IssuedToken) -> Response:
    return Response(TokenSerializer(issued).data, headers={"Cache-Control": "no-store"})


def _case(request: Request, *, status: int = 200) -> Response:
    token = str(request.auth)
    shown = gateway.case_show(token=token)
    agencies = case_agencies(token=token, case=shown)
    context = {
        "agencies": agencies,
        "custody": custody_rows(case=shown, agencies=agencies),
        "review": review_of(token=token),
        "parts": request_parts(token=token, case=shown),
        "openings": case_openings(reference=shown.reference),
    }
    return Response(
        CaseSerializer(shown, context=context).data,
        status=status,
        headers={"Cache-Control": "no-store"},
    )
