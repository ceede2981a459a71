"""Selectors of the page of a case for one officer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.access.permissions import may_handle
from agency_console.casework.permissions import acts_on, may_see_identity
from agency_console.casework.selectors.case_facts import case_about, case_header
from agency_console.casework.selectors.custody import (
    case_custody,
    case_offers,
    merged_seen,
    parts_of_case,
    references_seen,
)
from agency_console.casework.selectors.thread import (
    case_files,
    case_history,
    case_thread,
    merged_thread,
    new_from_citizen,
    thread_since,
)
from agency_console.casework.types import (
    Act,
    CaseChanges,
    CaseDays,
    CaseDetail,
    CitizenCard,
    ThreadEntry,
    Voice,
)
from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.complaints.enums import (
    Author,
    Declaration,
    EventKind,
    PartyKind,
    Privacy,
    Status,
)
from shared.complaints.selectors import (
    Deciders,
    case_attachments,
    case_clock,
    case_clocks,
    case_events,
    case_messages,
    case_notes,
    case_ratings,
    events_on_record,
    label_list,
    merged_parts,
    promise_of,
    promised_day,
    ratings_of,
    versions_read,
)
from shared.complaints.workflow import clock_state
from shared.kernel import clock, legal_deadline
from shared.kernel.clock_ledger import WorkingClock
from shared.ui.deadline_texts import ledger_months, working_clock_summary
from shared.ui.types import TimelineEntry, WorkingClockSummary
from tenants.agencies.selectors import answers_orientation
from tenants.case_access.services.reviews import review_outcome
from tenants.case_access.services.routes import email_state_of_case
from tenants.case_access.types import ReviewOutcome
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint, ComplaintEvent


def case_detail(
    case: "Complaint", *, officer: User, agency: Agency, deciders: Deciders
) -> CaseDetail:
    """Return the data of a case's page.

    A main case takes five more queries for the content of its merged cases. Files with the
    time of the request are shown with the request.
    """
    events = events_on_record(case)
    attachments = case_attachments(case)
    files = case_files(attachments, reference=case.reference)
    merges, others = merged_seen(case, events=events, officer=officer)
    merged, merged_files = merged_thread(others, merged_parts(others))
    thread = case_thread(
        messages=case_messages(case, events=events),
        notes=case_notes(case, events=events),
        attachments=[row for row in attachments if row.at != case.received_at],
        files=[file for file in files if file.at != case.received_at],
        new=new_from_citizen(events, read_version=_read_version(case, officer)),
    )
    return CaseDetail(
        case=case_header(case),
        about=case_about(case, agency=agency),
        citizen=citizen_card(case, officer=officer),
        clock=case_clock(case, on=clock.today()),
        working=_working_clock(case, case_clocks(case, events=events, today=clock.today())[-1]),
        received_at=case.received_at,
        request_files=[file for file in files if file.at == case.received_at],
        thread=sorted((*thread, *merged), key=lambda entry: entry.at) if merged else thread,
        files=[*files, *merged_files],
        declarations=_declarations(case),
        history=_history(case, events, officer),
        ratings=ratings_of(case_ratings(case)),
        acts=acts_on(case, officer, is_barred=officer.pk in deciders.barred, at=clock.now()),
        orientation_due_on=_orientation_due_on(case, agency),
        is_held_by_other=not may_handle(case, officer),
        repetition=repetition_text(deciders, officer=officer),
        labels=_label_names(case),
        promise=_promise_text(case, events),
        offers=case_offers(case, events, agency=agency),
        custody=case_custody(events, agency=agency),
        review=_review(case, events, agency),
        merges=merges,
        parts=parts_of_case(case, events),
    )


def _history(
    case: "Complaint", events: "list[ComplaintEvent]", officer: User
) -> tuple[TimelineEntry, ...]:
    return case_history(events, is_open=case.is_open, seen=references_seen(events, officer=officer))


def _review(
    case: "Complaint", events: "Iterable[ComplaintEvent]", agency: Agency
) -> ReviewOutcome | None:
    if not any(event.kind == EventKind.REVIEW_ASKED for event in events):
        return None
    return review_outcome(agency=agency, reference=case.reference)


def _declarations(case: "Complaint") -> list[str]:
    # The label "None of these" is replaced, because this page does not show the other choices.
    return [
        _(
            "The matter is before no court, and no court has decided it. It does not concern "
            "a report of the judicial police or National Defence. Neither the Mediator nor "
            "another body is examining it."
        )
        if one == Declaration.NONE
        else str(Declaration(one).label)
        for one in case.declarations
    ]


def _read_version(case: "Complaint", officer: User) -> int:
    """Return the version of the case that the officer has read; no query if nothing is new."""
    if not case.has_citizen_news:
        return case.version
    return versions_read(case_ids=[case.pk], user_id=officer.pk).get(case.pk, 0)


def _label_names(case: "Complaint") -> tuple[str, ...]:
    """Return the names of the case's labels in the case's order; no query if it has no labels."""
    if not case.label_ids:
        return ()
    names = {one.id: one.name for one in label_list()}
    return tuple(names[number] for number in case.label_ids if number in names)


def _promise_text(case: "Complaint", events: "Iterable[ComplaintEvent]") -> str:
    """Return in words what the citizen says of the promise; "" if the reply has no promise."""
    promise = promise_of(case, events, at=clock.now())
    if promise is None:
        return (
            _("The citizen can say from that day on whether it was done.")
            if promised_day(case)
            else ""
        )
    return {
        True: _("The citizen says that it was done."),
        False: _("The citizen says that it was not done."),
        None: _("The citizen has not said yet whether it was done."),
    }[promise.kept]


def act_rights(
    case: "Complaint", *, act: Act, officer: User, deciders: Deciders
) -> dict[str, object]:
    """Return whether the act is possible now, with a text for an officer who decided before."""
    is_barred = officer.pk in deciders.barred
    is_free = act in (Act.NOTE, Act.ASK, Act.MESSAGE, Act.LABEL, Act.INTERIM)
    return {
        "is_possible": act in acts_on(case, officer, is_barred=is_barred, at=clock.now()),
        "repetition": "" if is_free else repetition_text(deciders, officer=officer),
    }


def repetition_text(deciders: Deciders, *, officer: User) -> str:
    """Return a text for an officer who decided on the case before; "" for other officers."""
    if officer.pk in deciders.barred and may_assign(officer.role):
        return _(
            "You decided on this request before, so another officer must decide now. Assign it to "
            "a colleague."
        )
    if officer.pk in deciders.barred:
        return _(
            "You decided on this request before, so another officer must decide now. Leave it to "
            "your colleagues, or ask a supervisor to assign it to one of them."
        )
    if deciders.may_only_repeat(officer.pk):
        return _(
            "You decided on this request before. You may decide again, because nobody else in "
            "your administration can. The citizen and national oversight can see it."
        )
    return ""


def _orientation_due_on(case: "Complaint", agency: Agency) -> date | None:
    # Only the orientation desk has this term, which the receipt names to the citizen.
    is_owed = case.answered_at is None and case.is_open
    if not is_owed or not answers_orientation(agency_code=agency.code):
        return None
    return legal_deadline.orientation_due_on(clock.civil_day(case.received_at))


def case_days(case: "Complaint") -> CaseDays:
    """Return the legal clock and the working clock of a case day by day; one query."""
    clocks = case_clocks(case, events=events_on_record(case), today=clock.today())
    return CaseDays(
        case=case_header(case),
        clock=case_clock(case, on=clock.today()),
        working=_working_clock(case, clocks[-1]),
        months=ledger_months([day for one in clocks for day in one.days], is_citizen=False),
    )


def citizen_card(case: "Complaint", *, officer: User) -> CitizenCard:
    """Return the citizen's data that the agency may know; most fields only for named cases."""
    party = case.party
    card = CitizenCard(privacy=case.privacy, party=str(PartyKind(party.kind).label))
    if case.privacy != Privacy.NAMED:
        return card
    return replace(
        card,
        name=party.name,
        email=party.email,
        phone=party.phone,
        national_id=party.national_id if may_see_identity(case, officer) else "",
        email_state=email_state_of_case(reference=case.reference),
    )


def citizen_words(case: "Complaint") -> list[str]:
    """Return all texts that the citizen wrote in a case; two queries."""
    messages = case_messages(case, events=case_events(case))
    said = [row.body for row in messages if row.author == Author.CITIZEN]
    return [case.subject, case.body, case.remedy, *said]


def _working_clock(case: "Complaint", working: WorkingClock) -> WorkingClockSummary:
    return working_clock_summary(working, state=clock_state(Status(case.status)), is_citizen=False)


def changes_since(case: "Complaint", *, version: int, officer: User) -> CaseChanges:
    """Return the events and texts added since a form was made from ``version``.

    At most three queries; five more if the citizen wrote in a case that is merged into this case.
    """
    all_events = events_on_record(case)
    events = [event for event in all_events if event.position > version]
    elsewhere = _news_of_merged(
        case, all_events, officer=officer, number=case.version - version - len(events)
    )
    own = thread_since(
        case_messages(case, events=all_events),
        case_notes(case, events=all_events),
        events=events,
    )
    return CaseChanges(
        case=case_header(case),
        history=case_history(events, is_open=False),
        thread=tuple(sorted((*own, *elsewhere), key=lambda entry: entry.at)),
    )


def _news_of_merged(
    case: "Complaint", events: "list[ComplaintEvent]", *, officer: User, number: int
) -> list[ThreadEntry]:
    """Return the last ``number`` entries that the citizen wrote in the merged cases."""
    if number <= 0:
        return []
    _merges, others = merged_seen(case, events=events, officer=officer)
    entries, _files = merged_thread(others, merged_parts(others))
    said = sorted(
        (one for one in entries if one.voice == Voice.CITIZEN), key=lambda entry: entry.at
    )
    return said[-number:]
