"""Opening a request, the limits of failed tries, and the dossier."""

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
# For people with an account, who are asked for no proof.
PER_ACCOUNT = 20
# Strangers must not fill a mailbox.
PER_LINK = 5
# Enough for three languages and the changes of a busy hour; a script would keep a processor busy.
DOSSIERS_PER_CASE = 12


def tracking_page_open(
    *, reference: str, kind: KeyKind, value: str, asker: Asker, proves: Callable[[], bool]
) -> IssuedToken:
    """Return a tracking token, unless the asker has failed too often.

    While too many lookups fail in the whole country, a proof is asked of people who are not signed
    in; before it nothing is looked up or counted. Not atomic on purpose: a failed try must stay
    counted. A success takes back its own count and no other. An e-mail address that opens nothing
    may belong to a confidential request, or to one whose reference others know or have guessed at:
    a link is mailed to it then, and the refusal does not show that. Raises ``CaseNotFound`` for
    every miss alike, ``ProofNeeded`` or ``TooManyAttempts``.
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
        # The receipt code is a proof itself, and the only key of who stayed anonymous.
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
    # Nobody can guess sixteen random digits: a stranger's failures must not shut the owner out.
    if over and not (
        kind == KeyKind.RECEIPT and all(limit.name == "tracking.reference" for limit in over)
    ):
        raise limit_refusal(over)
    # For every pair alike, right or wrong: neither the answer nor its time tells a guesser more.
    is_guessed = kind == KeyKind.EMAIL and address_tried(
        reference=reference, address=normal_email(value)
    )
    try:
        issued = tracking_open(reference=reference, kind=kind, value=value, is_guessed=is_guessed)
    except CaseNotFound:
        lookup_failed()
        # Over the limit as under it the answer is the same, so that it tells nothing.
        if kind == KeyKind.EMAIL and not limits_reserve([_link_limit_of_pair(reference, value)]):
            link_ask(reference=reference, email=value, language=asker.language)
        raise (limit_refusal(over) if over else CaseNotFound()) from None
    limits_give_back(limits)
    return issued


def link_send(*, reference: str, email: str, language: str, address: str) -> None:
    """Mail a link to the e-mail address of a request, if the two belong together.

    Neither the answer nor its time shows whether they do. Not atomic: what was counted stays
    counted. Raises ``TooManyAttempts``.
    """
    limits_require(
        [
            Limit(name="tracking.address", subject=address, allowed=PER_ADDRESS, window=MINUTE),
            _link_limit_of_pair(reference, email),
        ]
    )
    link_ask(reference=reference, email=email, language=language)


def proof_link_send(*, token: str, language: str) -> None:
    """Mail a link that proves who asks to the stored address of the request.

    Where that address is not proved, the e-mail that asks for its proof goes there instead. Not
    atomic: what was counted stays counted. Raises ``TokenNotFound`` or ``TooManyAttempts``.
    """
    limits_require([_link_limit("reference", token_detail(token=token).reference)])
    proof_link_ask(token=token, language=language)


def email_change_ask(*, token: str, email: str) -> None:
    """Begin a change of a request's address, within a limit per hour.

    Each change writes to a mailbox that anybody may have typed; a refused one is not counted.
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
    """Add several files; return the name of each refused file with its error.

    Read one by one: ten of the largest together would take 150 MB of memory. Raises
    ``TokenNotFound``.
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
    """Return the dossier of a request as a PDF document; cached while nothing changes.

    A cached document is not counted. Raises ``TokenNotFound``, ``TooManyAttempts``,
    ``CaseOnItsWay``, or ``TryLater`` while this process renders another long document: a request
    whose document was long before is refused before it is read.
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
    """Return the limit of a pair: a stranger's wrong addresses must not block the right one."""
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
