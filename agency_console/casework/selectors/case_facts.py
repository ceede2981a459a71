"""Selectors of frozen facts of a case, so that no template reads the case's row."""

from typing import TYPE_CHECKING

from agency_console.access.selectors import name_of
from agency_console.casework.types import CaseAbout, CaseHeader
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import ESCALATION_EVENTS, Kind, Language, Outcome, Status
from shared.complaints.selectors import promised_day
from shared.complaints.types.escalation import ESCALATED_FROM
from shared.kernel import clock
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_bodies
from tenants.case_access.presenters import officer_words
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint


def case_about(case: "Complaint", *, agency: Agency) -> CaseAbout:
    """Return the names of a request's body and category; the code if no name exists."""
    bodies = agency_bodies(agency_code=agency.code).labels
    return CaseAbout(
        body=name_of(case.organisation_code, bodies),
        category=name_of(case.category_code, category_names_shown()),
    )


def case_header(case: "Complaint") -> CaseHeader:
    """Return the values of a case that its pages show."""
    return CaseHeader(
        reference=case.reference,
        version=case.version,
        kind=Kind(case.kind),
        language=Language(case.language),
        status=Status(case.status),
        outcome=Outcome(case.outcome) if case.outcome else None,
        is_open=case.is_open,
        subject=case.subject,
        body=case.body,
        remedy=case.remedy,
        place=case.place,
        happened_on=case.happened_on,
        due_on=case.due_on,
        awaiting_until=case.awaiting_until,
        reopened_at=case.reopened_at,
        answered_at=case.answered_at,
        promised_on=promised_day(case),
        interim_until=case.interim_until if case.is_open else None,
        is_interim_late=case.interim_until is not None and case.interim_until < clock.today(),
        escalated=_escalated_text(case),
        officer=case.assignee.name if case.assignee else "",
        words=officer_words(
            is_part=case.is_part, agency_code=case.cut_by_code, language=page_language()
        ),
    )


def _escalated_text(case: "Complaint") -> str:
    """Return the name of a case's last escalation step; "" if not escalated or not open."""
    if not case.is_open or case.escalated < ESCALATED_FROM:
        return ""
    return str(ESCALATION_EVENTS[case.escalated - 1].label)
