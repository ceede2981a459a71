"""``POST /api/v1/complaints/``: the wizard in one request, for programmes."""

import json
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, partial, wraps
from io import BytesIO
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, override
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.json import strict_constant

from public_portal.intake.api.plain_body import plain_draft
from public_portal.intake.api.serializers import (
    ComplaintSerializer,
    ReceiptSerializer,
    WholeSerializer,
)
from public_portal.intake.errors import FilesRefused
from public_portal.intake.selectors.summary import receipt_token
from public_portal.intake.services.complaints import complaint_file_whole
from public_portal.intake.services.limits import filing_reserved
from public_portal.intake.types import SentFile
from shared.catalogue.types import Details
from shared.complaints.enums import Language
from shared.complaints.types import ComplaintDraft
from shared.kernel.actors import CITIZEN
from shared.kernel.groups import grouped
from shared.limits.api import PROOF_PARAMETER, ProofAskedSerializer, proof_asked, proves
from shared.limits.errors import ProofNeeded
from shared.limits.services.uploads import upload_passed
from shared.ui.addresses import client_group
from shared.ui.api import ErrorsSerializer, StrictJSONParser
from shared.ui.links import own_url
from shared.ui.messages import file_refusal_message
from tenants.case_access.types import Receipt

MAX_KEY_LENGTH = 255
# A longer body is decoded by REST framework alone, so that no long body is decoded twice.
MAX_PLAIN_BYTES = 65_536
# Names of parts in a multipart request: the JSON, a file, and the prefix of a question's file.
WHOLE, FILE, ANSWERING = "complaint", "file", "file."
PROOF_NEEDED = gettext_lazy(
    "Many requests or files have come from your address. Send this one again with the "
    "solution of the challenge in the header Altcha, or later."
)
# A placeholder for the token in the address of a receipt.
PLACE = "PLACE"


@extend_schema(
    operation_id="complaint_submit",
    tags=["complaints"],
    auth=[],
    parameters=[
        OpenApiParameter(
            name="Idempotency-Key",
            location=OpenApiParameter.HEADER,
            type={"type": "string", "maxLength": MAX_KEY_LENGTH},
            description="The same key with the same content brings the same receipt for 24 hours.",
        ),
        PROOF_PARAMETER,
    ],
    request={"application/json": ComplaintSerializer, "multipart/form-data": WholeSerializer},
    responses={
        201: ReceiptSerializer,
        400: ErrorsSerializer,
        409: ErrorsSerializer,
        429: ProofAskedSerializer,
        503: ErrorsSerializer,
    },
)
@api_view(["POST"])
@parser_classes([StrictJSONParser, MultiPartParser])
def _complaints(request: Request, failure: Exception | None = None) -> Response:
    """File one complaint, observation or proposal, alone or with its files.

    503 with `agency_unreachable`: the database server of that administration does not answer, and
    nothing was stored. Send the same again, with the same `Idempotency-Key`, after `Retry-After`
    seconds: one request exists afterwards, also where the first try was stored after all.
    """
    if failure is not None:
        return _refused(failure)
    content, files = _content(request)
    serializer = ComplaintSerializer.checking(content)
    serializer.is_valid(raise_exception=True)
    details = tuple(serializer.validated_data.get("answers", {}).items())
    try:
        body = _file(request, serializer.to_draft(), details, files)
    except (ProofNeeded, FilesRefused) as refusal:
        return _refused(refusal)
    return Response(body, status=201, headers={"Cache-Control": "no-store"})


@wraps(_complaints)
def complaints(request: HttpRequest) -> HttpResponseBase:
    """File a plainly valid complaint without REST framework; all else is for ``_complaints``."""
    try:
        if (draft := _plain_draft(request)) is None:
            return _complaints(request)
        # REST framework does the same, so that no middleware takes the sender for a citizen.
        request.user = cast(AnonymousUser, None)
        body = _file(request, draft, (), [])
    except Exception as failure:  # REST framework makes the answer to every error
        return _complaints(request, failure=failure)
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        status=201,
        headers={
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Allow": "OPTIONS, POST",
        },
    )


def _plain_draft(request: HttpRequest) -> ComplaintDraft | None:
    """Return the draft of a short JSON body that is plainly valid, or ``None``."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if (
        request.method != "POST"
        or request.content_type != StrictJSONParser.media_type
        or not (length.isdecimal() and int(length) <= MAX_PLAIN_BYTES)
    ):
        return None
    try:
        return plain_draft(json.loads(request.body.decode(), parse_constant=strict_constant))
    except (ValueError, RecursionError):
        return None


def _refused(refusal: Exception) -> Response:
    """Return the answer to a request over the limits. Raises other errors."""
    if isinstance(refusal, ProofNeeded):
        return proof_asked(refusal, message=str(PROOF_NEEDED))
    raise (_by_name(refusal) if isinstance(refusal, FilesRefused) else refusal) from None


def _content(request: Request) -> tuple[object, list[SentFile]]:
    """Return the JSON of a request and the files that came with it. Raises ``ValidationError``."""
    content = request.data
    if not isinstance(content, QueryDict):
        return content, []
    written: list[object] = [*content.getlist(WHOLE)]
    if len(written) != 1:
        raise ValidationError({WHOLE: [_("Send the request itself as JSON in this part, once.")]})
    parts = ((name, one) for name in content if name != WHOLE for one in content.getlist(name))
    # Some clients send the JSON as an uploaded file.
    return StrictJSONParser().parse(
        BytesIO(
            written[0].read() if isinstance(written[0], UploadedFile) else str(written[0]).encode()
        )
    ), list(_files(parts))


def _files(parts: Iterable[tuple[str, object]]) -> Iterable[SentFile]:
    for name, one in parts:
        question = name.removeprefix(ANSWERING) if name.startswith(ANSWERING) else ""
        # An unknown part is refused, because the sender must learn that its file is not stored.
        if not isinstance(one, UploadedFile) or not (question or name == FILE):
            raise ValidationError(
                {name: [_("Only files come beside the request, in the parts file and file.CODE.")]}
            )
        yield SentFile(part=name, question=question, upload=one)


def _by_name(refusal: FilesRefused) -> ValidationError:
    wrong = grouped(
        (part, ErrorDetail(file_refusal_message(name, why), why.code))
        for part, name, why in refusal.refused
    )
    return ValidationError(wrong)


def _file(
    request: HttpRequest | Request,
    draft: ComplaintDraft,
    details: Details,
    files: Sequence[SentFile],
) -> dict[str, object]:
    """File a complaint and return the body of its receipt."""
    address = client_group(request)
    # Cached because a proof works once, and several limits of this request may need a proof.
    has_proof = cache(partial(proves, request))
    key = _key(request)
    if size := _upload_size(request):
        upload_passed(address=address, size=size, proves=has_proof)
    with filing_reserved(email=draft.party.email, address=address, proves=has_proof) as given_back:
        receipt = complaint_file_whole(
            draft=draft, details=details, sent=files, idempotency_key=key, actor=CITIZEN
        )
        if not receipt.is_repeat:
            given_back.pop_all()
    return _receipt_body(request, receipt, language=draft.language)


def _upload_size(request: HttpRequest | Request) -> int:
    if not isinstance(request, Request):
        # A request without REST framework has no files.
        return 0
    return sum(one.size or 0 for _part, some in request.FILES.lists() for one in some)


def _key(request: HttpRequest | Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > MAX_KEY_LENGTH:
        raise ValidationError(
            {"Idempotency-Key": [_("An idempotency key has at most 255 characters.")]},
            code="max_length",
        )
    return f"api:{key}" if key else ""


def _receipt_body(
    request: HttpRequest | Request, receipt: Receipt, *, language: str
) -> dict[str, object]:
    tracking, page = _addresses(language)
    site = own_url(request, "")
    return {
        "reference": receipt.reference,
        "receipt_code": receipt.receipt_code,
        "status": receipt.status,
        "received_at": receipt.received_at.isoformat(),
        "due_on": receipt.due_on.isoformat() if receipt.due_on else None,
        "tracking_url": f"{site}{tracking}",
        "receipt_url": f"{site}{page.replace(PLACE, receipt_token(receipt.reference))}",
        "email_state": receipt.email,
    }


@lru_cache(maxsize=len(Language.values))
def _addresses(language: str) -> tuple[str, str]:
    """Return the addresses of tracking and of any receipt in one language."""
    with override(language):
        return reverse("tracking:start"), reverse("intake:show-receipt", args=[PLACE])
