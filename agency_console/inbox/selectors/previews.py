"""Selector of the preview of a case beside the list."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.access.permissions import is_stub
from agency_console.access.selectors import case_title, name_of
from agency_console.inbox.types import CasePreview, PreviewMessage
from shared.accounts.models import User
from shared.complaints.enums import Author, Kind, Status
from shared.complaints.selectors import (
    attachments_of,
    case_attachments,
    case_clocks,
    case_messages,
    events_on_record,
    officer_marks,
)
from shared.complaints.workflow import clock_state
from shared.kernel import clock
from shared.ui.deadline_texts import working_clock_summary
from shared.ui.links import page_language
from tenants.agencies.selectors import agency_name_of_code
from tenants.agencies.types import AgencyBodies
from tenants.case_access.presenters import officer_words

if TYPE_CHECKING:
    # Complaint models are private to their package, so only the type is imported here.
    from shared.complaints.models import Complaint, Message


def case_preview(case: "Complaint", *, officer: User, bodies: AgencyBodies) -> CasePreview:
    """Return the request of a case, the last message, both clocks, and the files; four queries.

    The preview does not show the citizen's data; the case's page does.
    """
    events = events_on_record(case)
    messages = case_messages(case, events=events)
    working = working_clock_summary(
        case_clocks(case, events=events, today=clock.today())[-1],
        state=clock_state(Status(case.status)),
        is_citizen=False,
    )
    marks = officer_marks(case_ids=[case.pk], user_id=officer.pk)
    aside = {mark.snoozed_until for mark in marks if mark.user_id == officer.pk} - {None}
    return CasePreview(
        reference=case.reference,
        subject=case_title(subject=case.subject, handed_to=case.handed_to),
        is_stub=is_stub(case),
        words=officer_words(
            is_part=case.is_part, agency_code=case.cut_by_code, language=page_language()
        ),
        body=case.body,
        remedy=case.remedy,
        received_at=case.received_at,
        organisation=name_of(case.organisation_code, bodies.labels),
        officer=case.assignee.name if case.assignee else "",
        is_open=case.is_open,
        due_on=case.due_on,
        has_legal=case.kind == Kind.COMPLAINT,
        working=working.remaining,
        working_words=working.words,
        last=_message(messages[-1]) if messages else None,
        files=attachments_of(case_attachments(case)),
        snoozed_until=next((day for day in aside if day and day > clock.today()), None),
    )


def _message(message: "Message") -> PreviewMessage:
    return PreviewMessage(
        by=_writer(message),
        at=message.at,
        body=message.body,
        is_from_citizen=message.author == Author.CITIZEN,
    )


def _writer(message: "Message") -> str:
    """Return the name of the author; for an earlier agency's officer, the name of the agency."""
    if message.author == Author.CITIZEN:
        return _("Citizen")
    if message.officer is not None:
        return message.officer.name
    return agency_name_of_code(code=message.agency_code, language=page_language())
