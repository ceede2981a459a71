"""Queries for the tracking page of a request."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, override

from public_portal.tracking.types import (
    CaseAccess,
    CaseAgencies,
    CustodyRow,
    Days,
    SentMessage,
    TrackingPage,
)
from public_portal.tracking.workflow import (
    HANDS,
    announced,
    clock_summary,
    custody,
    decision,
    last_day_to_reopen,
    ratings,
    status_text,
    timeline_entries,
    working_promise,
)
from shared.catalogue.errors import CategoryNotFound
from shared.catalogue.selectors import category_get
from shared.complaints.enums import OPEN, EventKind, Privacy, Status
from shared.complaints.types import OVERSIGHT, PublicCase
from shared.directory.selectors.organisations import organisation_label
from shared.kernel.actors import ActorKind
from shared.ui.deadline_texts import ledger_months
from tenants.agencies.selectors import agencies_by_code
from tenants.agencies.types import AgencyInfo
from tenants.case_access.errors import CaseOnItsWay
from tenants.case_access.gateway import agency_code_of, case_show
from tenants.case_access.selectors import case_openings, competent_body
from tenants.case_access.services.both_mine import both_mine_asked_at
from tenants.case_access.services.case_parts import parts_of
from tenants.case_access.services.identity import identity_accesses
from tenants.case_access.services.reviews import review_of
from tenants.case_access.services.routes import MOVE_SECONDS
from tenants.case_access.services.token_rights import token_rights_get
from tenants.case_access.types import CaseParts, PrintedCodeEntry, ReviewSummary, TokenDetail
from tenants.isolation.errors import AgencyUnreachable, AgencyUpdating

# Labels of an access by national oversight, keyed by the events before the access.
ACCESS_LABELS: Mapping[frozenset[EventKind], Promise] = {
    frozenset({EventKind.REVIEW_ASKED}): gettext_lazy(
        "National oversight, which you asked for a review"
    ),
    frozenset({EventKind.COMPETENCE_ASKED}): gettext_lazy(
        "National oversight, which decides which administration is competent"
    ),
}


def case_agencies(*, token: str, case: PublicCase) -> CaseAgencies:
    """Return the holder of the opened request and the administrations it names; one query.

    Raises ``TokenNotFound``.
    """
    code = agency_code_of(token=token)
    found = agencies_by_code(codes={code, *agency_codes(case)})
    holder = found.pop(code)
    return CaseAgencies(holder=holder, others={**found, code: holder, OVERSIGHT: _oversight()})


def agency_codes(case: PublicCase) -> set[str]:
    """Return the codes of the administrations in the history and messages of a request."""
    codes = {
        *(one.agency_code for one in case.custody),
        *(one.agency_code for one in case.timeline),
        *(one.agency_code for one in case.messages),
        case.offered_to,
        case.handed_to,
        case.cut_by_code,
    }
    return codes - {"", OVERSIGHT}


def custody_rows(*, case: PublicCase, agencies: CaseAgencies) -> list[CustodyRow]:
    """Return the administrations that have had the request, the current one last."""
    return [CustodyRow(agency=agencies.of(one.agency_code), step=one) for one in case.custody]


def request_parts(*, token: str, case: PublicCase) -> CaseParts | None:
    """Return all parts of a split request; ``None`` for a request that was not split.

    Returns ``None`` also while the agency of one part is unreachable, so that the opened part can
    be read. Raises ``TokenNotFound``.
    """
    if not case.is_split:
        return None
    try:
        return parts_of(token=token)
    except (AgencyUnreachable, AgencyUpdating):
        return None


def conversation(*, case: PublicCase, agencies: CaseAgencies) -> list[SentMessage]:
    """Return the messages, oldest first, with the administration of each message."""
    return [SentMessage(message=one, agency=agencies.of(one.agency_code)) for one in case.messages]


def request_accesses(
    *,
    case: PublicCase,
    agencies: CaseAgencies,
    language: str,
    uses: Sequence[PrintedCodeEntry] = (),
) -> list[CaseAccess]:
    """Return the accesses to the request and to the encrypted identity, latest first.

    ``uses`` are the acts that somebody did with a printed code.
    """
    former = {one.at: one.agency_code for one in case.former_accesses}
    officers = [
        CaseAccess(
            who=_("An officer of %(agency)s")
            % {"agency": agencies.of(former.get(at, "")).name(language)},
            at=at,
        )
        for at in case.accesses
    ]
    openings = [
        CaseAccess(who=_("National oversight, which opened your sealed identity"), at=entry.at)
        for entry in case.timeline
        if entry.kind == EventKind.IDENTITY_OPENED
    ]
    overseers = [CaseAccess(who=_asked_before(case, at), at=at) for at in case.oversight_accesses]
    by_code = [
        CaseAccess(
            who=_("Somebody with the receipt code that an officer had printed: %(act)s")
            % {"act": one.use.label},
            at=one.at,
        )
        for one in uses
    ]
    files = [
        CaseAccess(who=_("National oversight, which read one of the files"), at=at)
        for at in case.oversight_file_reads
    ]
    everybody = [*officers, *openings, *overseers, *files, *by_code]
    return sorted(everybody, key=lambda access: access.at, reverse=True)


def opening_accesses(*, reference: str) -> list[CaseAccess]:
    """Return the ways by which the request was opened on this site, latest first.

    A way is listed once a day.
    """
    return [
        CaseAccess(who=str(one.opened_by.label), at=one.at)
        for one in case_openings(reference=reference)
    ]


def _asked_before(case: PublicCase, at: datetime) -> str:
    asked = {EventKind.REVIEW_ASKED, EventKind.COMPETENCE_ASKED}
    before = frozenset(one.kind for one in case.timeline if one.kind in asked and one.at <= at)
    return str(ACCESS_LABELS.get(before, HANDS[ActorKind.OVERSIGHT]))


def _oversight() -> AgencyInfo:
    """Return an ``AgencyInfo`` that stands for national oversight."""
    names = {}
    for language in ("ar", "fr", "en"):
        with override(language):
            names[f"name_{language}"] = _("National oversight")
    return AgencyInfo(code=OVERSIGHT, **names)


def tracking_page_get(*, token: str, language: str) -> TrackingPage:
    """Return the tracking page of the opened request, in ``language``. Raises ``TokenNotFound``."""
    case = case_show(token=token)
    agencies = case_agencies(token=token, case=case)
    review = _review(token, case)
    is_hidden = case.privacy == Privacy.CONFIDENTIAL
    rights = token_rights_get(token=token)
    of_identity = identity_accesses(token=token) if is_hidden else []
    return TrackingPage(
        case=case,
        agencies=agencies,
        holdings=custody_rows(case=case, agencies=agencies),
        conversation=conversation(case=case, agencies=agencies),
        organisation=organisation_label(code=case.organisation_code, language=language),
        category=_category_name(case, language),
        state_text=status_text(case=case, agencies=agencies, language=language, review=review),
        decision=decision(case=case),
        ratings=ratings(case=case),
        clock=clock_summary(case=case),
        working=working_promise(case=case),
        custody=custody(case=case, agencies=agencies, language=language),
        announced=announced(case=case),
        accesses=request_accesses(
            case=case, agencies=agencies, language=language, uses=rights.printed_code_uses
        ),
        openings=opening_accesses(reference=case.reference),
        timeline=timeline_entries(
            case=case, agencies=agencies, language=language, identity_accesses=of_identity
        ),
        reopen_until=last_day_to_reopen(case) if case.may_reopen else None,
        review=review,
        directed_to=competent_body(code=case.directed_to),
        may_follow=_may_follow(case),
        rights=rights,
        both_mine_asked_at=_both_mine_asked_at(case, rights),
        parts=request_parts(token=token, case=case),
    )


def _review(token: str, case: PublicCase) -> ReviewSummary | None:
    has_review = any(entry.kind == EventKind.REVIEW_ASKED for entry in case.timeline)
    return review_of(token=token) if has_review else None


def tracking_page_whole(*, token: str, language: str) -> TrackingPage:
    """Return the opened request for a download, which must not lack texts.

    Raises ``TokenNotFound``, and ``CaseOnItsWay`` during a transfer, when texts cannot be read.
    """
    space = tracking_page_get(token=token, language=language)
    if space.is_on_its_way:
        raise CaseOnItsWay(space.case.reference, retry_after=MOVE_SECONDS)
    return space


def days_get(*, token: str, language: str) -> Days:
    """Return the ledger of the opened request, by months. Raises ``TokenNotFound``."""
    space = tracking_page_get(token=token, language=language)
    return Days(space=space, months=ledger_months(space.case.ledger, is_citizen=True))


def _both_mine_asked_at(case: PublicCase, detail: TokenDetail) -> datetime | None:
    # A person with a printed code may be an officer, who must not answer for the citizen.
    is_askable = case.privacy == Privacy.NAMED and case.status in OPEN
    if not is_askable or detail.is_by_printed_code:
        return None
    return both_mine_asked_at(reference=case.reference)


def _may_follow(case: PublicCase) -> bool:
    # A new request may follow only when no re-opening and no review is possible any more.
    return (case.status == Status.WITHDRAWN and not case.is_given_back) or (
        case.answered_at is not None
        and not (case.may_reopen or case.may_withdraw or case.may_appeal)
        and not case.appeal.is_waiting
    )


def _category_name(case: PublicCase, language: str) -> str:
    try:
        return category_get(code=case.category_code).name(language) if case.category_code else ""
    except CategoryNotFound:
        return case.category_code
