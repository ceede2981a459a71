"""What every page about a case says of it: frozen, so that no template reaches its row."""

from typing import TYPE_CHECKING

from agency_console.casework.types import CaseAbout, CaseHeader
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import Kind, Language, Outcome, Status
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_bodies
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint


def case_about(case: "Complaint", *, agency: Agency) -> CaseAbout:
    """What the request is about, in the language of the page; a code where no name is left."""
    language = page_language()
    body = agency_bodies(agency_code=agency.code).labels.get(case.organisation_code)
    category = category_names_shown().get(case.category_code)
    return CaseAbout(
        body=body.text(language) if body else case.organisation_code,
        category=category.text(language) if category else case.category_code,
    )


def case_header(case: "Complaint") -> CaseHeader:
    """The columns of a case that its pages show."""
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
        officer=case.assignee.name if case.assignee else "",
    )
