"""One request with everything its space shows."""

from public_portal.tracking.types import Days, TrackingPage
from public_portal.tracking.workflow import (
    announced,
    case_accesses,
    clock_summary,
    custody,
    decision,
    last_day_to_reopen,
    ratings,
    standing,
    timeline,
    working_promise,
)
from shared.catalogue.errors import CategoryNotFound
from shared.catalogue.selectors import category_get
from shared.complaints.enums import EventKind, Privacy, Status
from shared.complaints.types import PublicCase
from shared.directory.selectors.organisations import organisation_label
from shared.ui.deadline_texts import ledger_months
from tenants.agencies.selectors import agencies_by_code
from tenants.agencies.types import AgencyInfo
from tenants.case_access.gateway import agency_code_of, case_show, token_detail
from tenants.case_access.selectors import competent_body
from tenants.case_access.services.email_proofs import email_state_of
from tenants.case_access.services.identity import identity_accesses
from tenants.case_access.services.reviews import review_of


def agency_of(*, token: str) -> AgencyInfo:
    """Who holds the request that a token opens. Raises ``TokenNotFound``."""
    code = agency_code_of(token=token)
    return agencies_by_code(codes=[code])[code]


def tracking_page_get(*, token: str, language: str) -> TrackingPage:
    """The request that a token opens, in words of ``language``. Raises ``TokenNotFound``."""
    case = case_show(token=token)
    agency = agency_of(token=token)
    name = agency.name(language)
    has_review = any(entry.kind == EventKind.REVIEW_ASKED for entry in case.timeline)
    review = review_of(token=token) if has_review else None
    is_hidden = case.privacy == Privacy.CONFIDENTIAL
    of_identity = identity_accesses(token=token) if is_hidden else []
    return TrackingPage(
        case=case,
        agency=agency,
        organisation=organisation_label(code=case.organisation_code, language=language),
        category=_category_name(case, language),
        standing=standing(case=case, agency=name, review=review),
        decision=decision(case=case),
        ratings=ratings(case=case),
        clock=clock_summary(case=case),
        working=working_promise(case=case),
        custody=custody(case=case, agency=name),
        announced=announced(case=case),
        accesses=case_accesses(case=case, agency=name),
        timeline=timeline(case=case, agency=name, identity_accesses=of_identity),
        reopen_until=last_day_to_reopen(case) if case.may_reopen else None,
        review=review,
        directed_to=competent_body(code=case.directed_to),
        may_follow=_may_follow(case),
        email=email_state_of(token=token),
        is_proved=token_detail(token=token).is_proved,
    )


def days_get(*, token: str, language: str) -> Days:
    """Both clocks of the request day by day, in the active language. Raises ``TokenNotFound``."""
    space = tracking_page_get(token=token, language=language)
    return Days(space=space, months=ledger_months(space.case.ledger, is_citizen=True))


def _may_follow(case: PublicCase) -> bool:
    # Once it has had its answer and no way is left to have it examined again.
    return case.status == Status.WITHDRAWN or (
        case.answered_at is not None
        and not (case.may_reopen or case.may_withdraw or case.may_appeal)
        and not case.appeal.is_waiting
    )


def _category_name(case: PublicCase, language: str) -> str:
    try:
        return category_get(code=case.category_code).name(language) if case.category_code else ""
    except CategoryNotFound:
        return case.category_code
