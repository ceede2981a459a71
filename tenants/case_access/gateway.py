"""The gateway from the public schema to a case in an agency's schema.

Most functions here enter the schema of the agency that has the case.
"""

import hashlib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from shared.complaints import selectors as cases, services
from shared.complaints.enums import Author, Privacy, Status
from shared.complaints.errors import ConversationEnded
from shared.complaints.types import (
    ComplaintDraft,
    FileContent,
    PublicCase,
    RatingDraft,
    UploadedContent,
)
from shared.kernel.actors import CITIZEN, Actor
from shared.mail.selectors import undelivered_on
from shared.register.types import RegisterEvent
from shared.rows.errors import AlreadyInserted
from tenants.agencies.selectors import agency_for_organisation, agency_list
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, IdempotencyKeyReused, TokenNotFound
from tenants.case_access.selectors import route_by_reference
from tenants.case_access.services.case_owners import owner_link
from tenants.case_access.services.email_proofs import is_email_known, mailbox_proved_by_account
from tenants.case_access.services.filed_files import files_of_agency
from tenants.case_access.services.joined_requests import case_as_opened, joined_file_require
from tenants.case_access.services.known_references import follow_up_mark, is_email_no_key
from tenants.case_access.services.party_encryption import encrypted_party_row
from tenants.case_access.services.printed_codes import printed_code_used, token_of_receipt_code
from tenants.case_access.services.receipts import receipt_of, receipt_read
from tenants.case_access.services.reviews import review_lapse
from tenants.case_access.services.routes import (
    agency_hold,
    earlier_submission,
    file_content,
    require_settled,
    route_held,
    route_matching,
    route_row,
    submission_digest,
    submission_row,
    submissions_of,
)
from tenants.case_access.services.tokens import (
    proof_find,
    route_of_token,
    token_detail_of,
    token_find,
    token_issue,
)
from tenants.case_access.types import IssuedToken, Receipt, TokenDetail
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import Agency, EncryptedParty, Route, SubmissionKey, TrackingToken
from tenants.models.enums import OpenedBy, PrintedCode, PrintedCodeUse, TokenScope


def complaint_file(
    *,
    draft: ComplaintDraft,
    actor: Actor,
    idempotency_key: str = "",
    sent: bytes = b"",
    owner_id: int | None = None,
    is_email_proved: bool = False,
    received_at: datetime | None = None,
) -> Receipt:
    """File one complaint: route, complaint, event, outbox event and e-mail, in one statement.

    For a day, a repeated ``idempotency_key`` with equal content returns the first receipt; ``sent``
    is the digest by which ``filed_before`` finds that receipt before the files are examined. A
    complaint that is not anonymous is kept in the account ``owner_id``. ``is_email_proved``: the
    person is known to read the mailbox; only the demonstration, the measurements and the tests pass
    it. ``received_at``: when the citizen pressed "send", if the agency's server did not answer then
    (decision 38); a repeated key may come with another ``received_at``. Raises ``InvalidDraft``,
    ``OrganisationNotFound``, ``NoAgencyForOrganisation``, ``IdempotencyKeyReused``,
    ``StorageFull``.
    """
    with national_context():
        agency = agency_for_organisation(organisation_code=draft.organisation_code)
        route = _new_route(agency, draft, owner_id, received_at, is_email_proved=is_email_proved)
        once = _submission(idempotency_key, draft, sent=sent, route=route)
        rows, filed = _rows_beside(route, draft), None
        while filed is None:
            try:
                with agency_context(agency), files_of_agency(draft.files, agency) as files:
                    filed = services.complaint_file(
                        reference=route.reference,
                        draft=replace(draft, files=files),
                        actor=actor,
                        beside=rows,
                        once=once,
                        received_at=received_at,
                    )
            except AlreadyInserted:
                # A double click uses the key twice and must file only one complaint.
                if (earlier := _earlier(once)) is not None:
                    _keep(earlier, draft, owner_id)
                    return replace(receipt_read(earlier), is_repeat=True)
        _keep(route, draft, owner_id)
        return receipt_of(route, filed)


def _new_route(
    agency: Agency,
    draft: ComplaintDraft,
    owner_id: int | None,
    filed_at: datetime | None,
    *,
    is_email_proved: bool,
) -> Route:
    email = "" if draft.privacy == Privacy.ANONYMOUS else draft.party.email
    is_known = not email or is_email_known(email=email, owner_id=owner_id, follows=draft.follows)
    return route_row(
        agency=agency,
        email=email,
        name=draft.party.name if draft.privacy == Privacy.NAMED else "",
        is_email_proved=is_email_proved or is_known,
        filed_at=filed_at,
        printed_code=PrintedCode.WAITS if draft.assistance else PrintedCode.NONE,
    )


def _rows_beside(route: Route, draft: ComplaintDraft) -> list[Route | EncryptedParty]:
    if draft.privacy != Privacy.CONFIDENTIAL:
        return [route]
    return [route, encrypted_party_row(reference=route.reference, party=draft.party)]


def filed_before(*, idempotency_key: str, sent: bytes) -> Receipt | None:
    """Return the receipt that an idempotency key got in the last 24 hours, or ``None``.

    Raises ``IdempotencyKeyReused`` if ``sent`` is not the digest of the earlier input.
    """
    with national_context():
        rows = submissions_of(submission_digest(idempotency_key))
        if (earlier := rows.exclude(sent=None).first()) is None:
            return None
        if bytes(earlier.sent or b"") != sent:
            raise IdempotencyKeyReused
        return replace(receipt_read(earlier.route), is_repeat=True)


def _submission(
    key: str, draft: ComplaintDraft, *, sent: bytes, route: Route
) -> SubmissionKey | None:
    if not key:
        return None
    return submission_row(
        digest=submission_digest(key), fingerprint=_fingerprint(draft), sent=sent, route=route
    )


def _earlier(once: SubmissionKey | None) -> Route | None:
    if once is None:
        return None
    return earlier_submission(bytes(once.digest), bytes(once.fingerprint))


def _fingerprint(draft: ComplaintDraft) -> bytes:
    # The storage paths of files are left out, because they differ each time a file is uploaded.
    files = [(file.name, file.sha256, file.question) for file in draft.files]
    return hashlib.sha256(f"{replace(draft, files=())!r}{files or ''}".encode()).digest()


def _keep(route: Route, draft: ComplaintDraft, owner_id: int | None) -> None:
    follow_up_mark(draft=draft, agency=route.agency)
    # An anonymous complaint is not kept in an account, because the account would name the person.
    if owner_id is not None and draft.privacy != Privacy.ANONYMOUS:
        owner_link(user_id=owner_id, reference=route.reference)
        mailbox_proved_by_account(route=route, user_id=owner_id)


def receipt_get(*, reference: str) -> Receipt:
    """Return the receipt of a complaint again; the caller must check the right to see the receipt.

    Raises ``CaseNotFound``.
    """
    if (route := route_by_reference(reference)) is None:
        raise CaseNotFound(reference)
    return receipt_read(route)


def tracking_open(
    *, reference: str, kind: KeyKind, value: str, is_guessed: bool = False
) -> IssuedToken:
    """Issue a tracking token for a reference, with its e-mail address or its receipt code.

    A wrong reference and a wrong second value need the same queries and get the same error. A token
    got with the e-mail address may do less, because the agency knows the address too. No address
    opens a confidential case, or a case whose reference another agency knows, because an officer
    could try the addresses of suspected people. ``is_guessed``: too many addresses were tried for
    the reference, so no address opens the case. Raises ``CaseNotFound``.
    """
    # This query is made also for a wrong pair, so that the time does not show a right pair.
    is_hidden = kind == KeyKind.EMAIL and (is_email_no_key(reference=reference) or is_guessed)
    route = route_matching(reference, kind, value)
    if is_hidden:
        raise CaseNotFound
    if kind == KeyKind.RECEIPT:
        return token_of_receipt_code(route=route)
    return token_issue(route=route, scope=TokenScope.WRITE, opened_by=OpenedBy(kind))


def case_show(*, token: str) -> PublicCase:
    """Return the case that a token opens. Raises ``TokenNotFound``."""
    found = token_find(token)
    case = _case_shown(found.route)
    if case.status == Status.TRANSFERRED:
        # The case was transferred after the token's route was read: read the new route.
        found = token_find(token)
        case = _case_shown(found.route)
    return case_as_opened(case, route=found.route, is_by_mailbox=found.is_by_mailbox)


def _case_shown(route: Route) -> PublicCase:
    with agency_context(route.agency):
        return replace(
            cases.public_case(reference=route.reference),
            undelivered_on=undelivered_on(reference=route.reference),
        )


def token_detail(*, token: str) -> TokenDetail:
    """Return the reference of a token's case and the token's rights. Raises ``TokenNotFound``."""
    return token_detail_of(token_find(token))


def token_stronger(*, kept: str, token: str) -> str:
    """Return ``token``, or the older token ``kept`` if ``kept`` allows more in the same case.

    Raises ``TokenNotFound``.
    """
    detail = token_detail(token=token)
    with suppress(TokenNotFound):
        if not detail.is_by_mailbox:
            former = token_detail(token=kept)
            is_stronger = (former.is_proved, former.is_by_mailbox) > (detail.is_proved, False)
            return kept if is_stronger and former.reference == detail.reference else token
    return token


def agency_code_of(*, token: str) -> str:
    """Return the code of the agency that has a token's case. Raises ``TokenNotFound``."""
    return route_of_token(token).agency.code


@transaction.atomic
def message_add(*, token: str, body: str) -> None:
    """Add a message of the citizen to a token's case.

    Raises ``TokenNotFound``, ``ConversationEnded``, ``InvalidDraft`` or ``CaseOnItsWay``.
    """
    found = token_find(token)
    with agency_context(route_held(found.route).agency):
        services.citizen_message_add(
            reference=found.route_id, body=body, actor=CITIZEN, is_by_email=_is_by_email(found)
        )
    printed_code_used(found, PrintedCodeUse.MESSAGE)


def attachment_add(*, token: str, upload: UploadedContent) -> None:
    """Add a citizen's file to a token's case; no transaction is open while the file is scanned.

    Raises ``TokenNotFound``, ``CaseOnItsWay`` and what
    ``shared.complaints.services.attachment_add`` raises.
    """
    found = token_find(token)
    try:
        _attachment_add(found, upload)
    except ConversationEnded:
        current = token_find(token)
        if current.route.agency_id == found.route.agency_id:
            require_settled(reference=found.route_id)
            raise
        # The case was transferred while the file was scanned.
        _attachment_add(current, upload)


def _attachment_add(found: TrackingToken, upload: UploadedContent) -> None:
    with agency_context(found.route.agency):
        services.attachment_add(
            reference=found.route_id,
            upload=upload,
            author=Author.CITIZEN,
            actor=CITIZEN,
            is_by_email=_is_by_email(found),
        )
    printed_code_used(found, PrintedCodeUse.FILE)


def attachment_read(*, token: str, attachment_id: str) -> FileContent:
    """Return a file of a token's case.

    Raises ``TokenNotFound``, ``AttachmentNotFound``, ``AttachmentWaits``, ``AttachmentInfected``,
    ``AttachmentMissing``.
    """
    found = token_find(token)
    content = file_content(route=found.route, attachment_id=attachment_id)
    if content.is_of_agency and not found.is_by_mailbox:
        joined_file_require(route=found.route, attachment_id=attachment_id)
    return content


@transaction.atomic
def rating_give(*, token: str, draft: RatingDraft) -> None:
    """Rate the reply to a token's case.

    Raises ``TokenNotFound``, ``ProofRequired``, ``NothingToRate``, ``AlreadyRated``.
    """
    found = proof_find(token)
    with agency_context(found.route.agency):
        services.rating_give(reference=found.route_id, draft=draft, actor=CITIZEN)
    printed_code_used(found, PrintedCodeUse.RATING)


@transaction.atomic
def promise_report(*, token: str, kept: bool) -> None:
    """Record the citizen's report whether the promise of the reply was kept.

    Raises ``TokenNotFound``, ``ProofRequired``, ``NothingToTell``, ``AlreadyTold``.
    """
    found = proof_find(token)
    with agency_context(found.route.agency):
        services.promise_report(reference=found.route_id, kept=kept, actor=CITIZEN)
    printed_code_used(found, PrintedCodeUse.PROMISE)


@transaction.atomic
def case_reopen(*, token: str, body: str, is_not_done: bool = False) -> None:
    """Re-open the request of a token; ``is_not_done``: the promise of the reply was not kept.

    Raises ``TokenNotFound``, ``ProofRequired``, ``ReopenTermPassed`` and what else
    ``services.complaint_reopen`` raises.
    """
    found = proof_find(token)
    route = found.route
    try:
        agency_hold(route=route)
    except CaseNotFound:
        raise TokenNotFound from None
    with agency_context(route.agency):
        services.complaint_reopen(
            reference=route.reference, body=body, actor=CITIZEN, is_not_done=is_not_done
        )
    printed_code_used(found, PrintedCodeUse.REOPENING)


@transaction.atomic
def case_withdraw(*, token: str) -> None:
    """Withdraw the request of a token.

    Raises ``TokenNotFound``, ``ProofRequired``, ``TransitionNotAllowed``.
    """
    found = proof_find(token)
    route = route_held(found.route)
    with agency_context(route.agency):
        services.complaint_withdraw(reference=route.reference, actor=CITIZEN)
    printed_code_used(found, PrintedCodeUse.WITHDRAWAL)
    review_lapse(reference=route.reference)


def outbox_events_of(schema_name: str) -> list[RegisterEvent]:
    """Return all outbox events of an agency, to rebuild the agency's part of the register."""
    # A list, not an iterator: the caller then writes to the register, and no agency's role may.
    with agency_context(agency_list().get(schema_name=schema_name)):
        return cases.outbox_events()


def cases_maintain(*, agency: Agency, actor: Actor) -> int:
    """Apply expired deadlines, and absences that begin or end, to an agency's cases.

    Also fills the search words of cases that an earlier release stored without them. Returns the
    number of changes.
    """
    with agency_context(agency):
        changed = services.expired_deadlines_apply(actor=actor) + services.absences_apply(
            actor=actor
        )
        services.search_words_fill()
        return changed


def _is_by_email(token: TrackingToken) -> bool:
    return token.scope != TokenScope.FULL
