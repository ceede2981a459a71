"""Services that open a request, limit failed tries, mail links and render the dossier."""

from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import UploadedFile

from public_portal.tracking.presenters.dossier_pdf import dossier_document
from public_portal.tracking.selectors.tracking_page import tracking_page_whole
from public_portal.tracking.types import Asker, Dossier
from shared.complaints.types import UploadedContent
from shared.files.upload_storage import upload_read
from shared.kernel import clock
from shared.kernel.errors import Conflict, DomainError, InvalidInput, TryLater
from shared.limits.errors import ProofNeeded
from shared.limits.selectors import limit_refusal
from shared.limits.services.attempt_counter import limits_give_back, limits_require, limits_reserve
from shared.limits.services.lookups import lookup_failed, lookup_passed
from shared.limits.services.tried_addresses import address_tried
from shared.limits.types import HOUR, MINUTE, Limit
from shared.pdf import document_cache
from shared.pdf.documents import document_pdf
from shared.pdf.render_process import long_document_turn
from shared.pdf.types import PdfDocument
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.gateway import attachment_add, token_detail, tracking_open
from tenants.case_access.services.email_changes import email_change_begin
from tenants.case_access.services.one_time_links import link_ask, proof_link_ask
from tenants.case_access.services.routes import normal_email
from tenants.case_access.types import IssuedToken

PER_REFERENCE = 10
PER_ADDRESS = 20
PER_EMAIL = 10
# Tries of one account an hour; no proof of work is asked of people with an account.
PER_ACCOUNT = 20
# E-mails an hour; strangers must not fill a mailbox.
PER_LINK = 5
# Documents an hour; a script could otherwise use all processor time.
DOSSIERS_PER_CASE = 12


def tracking_page_open(
    *, reference: str, kind: KeyKind, value: str, asker: Asker, proves: Callable[[], bool]
) -> IssuedToken:
    """Return a tracking token for a reference and its e-mail address or receipt code.

    While too many lookups fail in the whole country, people who are not signed in must send a proof
    of work, unless the receipt code is right. Failed tries are counted, so the call is not atomic;
    a success is not counted. Some requests do not open by e-mail address, for example confidential
    requests: then a link is mailed, and the error is the same as for a wrong address. Raises
    ``CaseNotFound``, ``ProofNeeded`` or ``TooManyAttempts``.
    """
    if asker.user_id is None:
        return _opened_by_stranger(reference, kind, value, asker, proves)
    return _opened(reference, kind, value, asker)


def _opened_by_stranger(
    reference: str, kind: KeyKind, value: str, asker: Asker, proves: Callable[[], bool]
) -> IssuedToken:
    try:
        lookup_passed(proves=proves)
    except ProofNeeded as wanted:
        # A right receipt code needs no proof of work: anonymous people have only that code.
        if kind != KeyKind.RECEIPT:
            raise
        try:
            return _opened(reference, kind, value, asker)
        except CaseNotFound:
            raise wanted from None
    return _opened(reference, kind, value, asker)


def _opened(reference: str, kind: KeyKind, value: str, asker: Asker) -> IssuedToken:
    limits = _limits(reference, kind, value, asker)
    over = limits_reserve(limits)
    # A stranger's failed tries must not block the receipt code, which nobody can guess.
    if over and not (
        kind == KeyKind.RECEIPT and all(limit.name == "tracking.reference" for limit in over)
    ):
        raise limit_refusal(over)
    # Checked for right and wrong addresses alike, so that the response time is the same for both.
    is_guessed = kind == KeyKind.EMAIL and address_tried(
        reference=reference, address=normal_email(value)
    )
    try:
        issued = tracking_open(reference=reference, kind=kind, value=value, is_guessed=is_guessed)
    except CaseNotFound:
        lookup_failed()
        # Over this limit no link is mailed, but the error stays the same.
        if kind == KeyKind.EMAIL and not limits_reserve([_link_limit_of_pair(reference, value)]):
            link_ask(reference=reference, email=value, language=asker.language)
        raise (limit_refusal(over) if over else CaseNotFound()) from None
    limits_give_back(limits)
    return issued


def link_send(*, reference: str, email: str, language: str, address: str) -> None:
    """Mail a link to ``email`` if it is the e-mail address of the request.

    Neither the result nor the response time shows whether an e-mail is sent. Not atomic, because a
    try must stay counted. Raises ``TooManyAttempts``.
    """
    limits_require(
        [
            Limit(name="tracking.address", subject=address, allowed=PER_ADDRESS, window=MINUTE),
            _link_limit_of_pair(reference, email),
        ]
    )
    link_ask(reference=reference, email=email, language=language)


def proof_link_send(*, token: str, language: str) -> None:
    """Mail a proof link to the e-mail address of the request.

    If the address is not proved yet, the e-mail asks to prove the address. Not atomic, because a
    try must stay counted. Raises ``TokenNotFound`` or ``TooManyAttempts``.
    """
    limits_require([_link_limit("reference", token_detail(token=token).reference)])
    proof_link_ask(token=token, language=language)


def email_change_ask(*, token: str, email: str) -> None:
    """Begin a change of a request's e-mail address, within an hourly limit.

    The limit protects strangers whose address somebody types. A refused change is not counted.
    Raises what ``email_change_begin`` raises, and ``TooManyAttempts``.
    """
    limits = [_link_limit("reference", token_detail(token=token).reference)]
    limits_require(limits)
    try:
        email_change_begin(token=token, email=email)
    except DomainError:
        limits_give_back(limits)
        raise


def tracking_files_add(
    *, token: str, uploads: Sequence["UploadedFile[bytes]"]
) -> list[tuple[str, DomainError]]:
    """Add files to the request, and return the name and error of each refused file.

    The files are read one by one, because ten of the largest files would take 150 MB of memory
    together. Raises ``TokenNotFound``.
    """
    refused: list[tuple[str, DomainError]] = []
    for upload in uploads:
        name = upload.name or ""
        try:
            attachment_add(
                token=token, upload=UploadedContent(name=name, content=upload_read(upload))
            )
        except (InvalidInput, Conflict, TryLater) as why:
            refused.append((name, why))
    return refused


def dossier_print(*, token: str, language: str) -> Dossier:
    """Return the dossier of a request as a PDF document.

    An unchanged document comes from a cache, and does not count for the limit. Raises
    ``TokenNotFound``, ``TooManyAttempts``, ``CaseOnItsWay``, or ``TryLater`` while this process
    renders another long document.
    """
    reference = token_detail(token=token).reference
    with long_document_turn(reference=reference):
        space = tracking_page_whole(token=token, language=language)
        return Dossier(
            reference=reference,
            content=_dossier_content(
                dossier_document(space=space, language=language, made_at=clock.now())
            ),
        )


def _dossier_content(pdf_document: PdfDocument) -> bytes:
    if (found := document_cache.documents.find(pdf_document)) is not None:
        return found
    limit = Limit(
        name="dossier.case", subject=pdf_document.reference, allowed=DOSSIERS_PER_CASE, window=HOUR
    )
    limits_require([limit])
    try:
        content = document_pdf(pdf_document=pdf_document)
    except TryLater:
        limits_give_back([limit])
        raise
    document_cache.documents.keep(pdf_document, content)
    return content


def _link_limit_of_pair(reference: str, email: str) -> Limit:
    """Return the limit of links for a reference together with an e-mail address.

    A limit for the reference alone would let strangers block the right address.
    """
    return _link_limit("pair", f"{reference} {normal_email(email)}")


def _link_limit(name: str, subject: str) -> Limit:
    return Limit(name=f"tracking.link.{name}", subject=subject, allowed=PER_LINK, window=HOUR)


def _limits(reference: str, kind: KeyKind, value: str, asker: Asker) -> list[Limit]:
    limits = [
        Limit(name="tracking.reference", subject=reference, allowed=PER_REFERENCE, window=HOUR),
        Limit(name="tracking.address", subject=asker.address, allowed=PER_ADDRESS, window=MINUTE),
    ]
    if asker.user_id is not None:
        limits.append(
            Limit(
                name="tracking.account",
                subject=str(asker.user_id),
                allowed=PER_ACCOUNT,
                window=HOUR,
            )
        )
    if kind == KeyKind.EMAIL:
        limits.append(
            Limit(
                name="tracking.email",
                subject=value.strip().casefold(),
                allowed=PER_EMAIL,
                window=HOUR,
            )
        )
    return limits
