"""A case as one officer may see it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.casework.permissions import acts_on, may_handle, may_see_identity
from agency_console.casework.types import (
    CaseChanges,
    CaseDays,
    CaseDetail,
    CitizenCard,
    ThreadEntry,
    Voice,
)
from shared.accounts.models import User
from shared.complaints.enums import (
    MESSAGE_EVENTS,
    Author,
    Declaration,
    EventKind,
    MessageKind,
    Outcome,
    PartyKind,
    Privacy,
    Status,
)
from shared.complaints.selectors import (
    INBOX_VIEWS,
    case_attachments,
    case_clock,
    case_clocks,
    case_events,
    case_messages,
    case_notes,
    case_ratings,
    inbox_next,
)
from shared.complaints.workflow import clock_state
from shared.kernel import clock
from shared.kernel.actors import ActorKind
from shared.kernel.clock_ledger import WorkingClock
from shared.ui.clocks import ledger_months, working_clock_summary
from shared.ui.types import Progress, TimelineEntry, WorkingClockSummary
from tenants.case_access.services.reviews import review_outcome
from tenants.case_access.types import ReviewOutcome
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint, ComplaintEvent, Message, Note


def case_detail(case: "Complaint", *, officer: User, agency: Agency) -> CaseDetail:
    """The page of a case: a query for its events, one for its files, two for what was said."""
    events = case_events(case)
    clocks = case_clocks(case, events=events, today=clock.today())
    return CaseDetail(
        citizen=citizen_card(case, officer=officer),
        clock=case_clock(case, on=clock.today()),
        working=_promise(case, clocks[-1]),
        thread=_thread(case_messages(case, events=events), case_notes(case, events=events)),
        attachments=case_attachments(case),
        declarations=[str(Declaration(one).label) for one in case.declarations],
        history=_history(events, is_open=case.is_open),
        ratings=case_ratings(case),
        acts=acts_on(case, officer),
        is_held_by_other=not may_handle(case, officer),
        review=_review(case, events, agency),
    )


def case_days(case: "Complaint") -> CaseDays:
    """Both clocks of a case day by day, in one query."""
    clocks = case_clocks(case, events=case_events(case), today=clock.today())
    days = [day for one in clocks for day in one.days]
    return CaseDays(
        clock=case_clock(case, on=clock.today()),
        working=_promise(case, clocks[-1]),
        months=ledger_months(days, is_citizen=False),
    )


def citizen_card(case: "Complaint", *, officer: User) -> CitizenCard:
    """Who wrote, as far as they let the agency know: the card of a named case alone is filled."""
    party = case.party
    kind = str(PartyKind(party.kind).label)
    if case.privacy != Privacy.NAMED:
        return CitizenCard(privacy=case.privacy, party=kind)
    return CitizenCard(
        privacy=case.privacy,
        party=kind,
        name=party.name,
        email=party.email,
        phone=party.phone,
        national_id=party.national_id if may_see_identity(case, officer) else "",
    )


def changes_since(case: "Complaint", *, version: int) -> CaseChanges:
    """What was done and said since a form was made from ``version``; at most three queries."""
    all_events = case_events(case)
    messages = case_messages(case, events=all_events)
    notes = case_notes(case, events=all_events)
    events = [event for event in all_events if event.position > version]
    kinds = [event.kind for event in events]
    # Counted, not compared by time: a message is a moment older than its event.
    said = sum(kind in MESSAGE_EVENTS for kind in kinds)
    noted = kinds.count(EventKind.NOTE_ADDED)
    return CaseChanges(
        history=_history(events, is_open=False),
        thread=_thread(messages[len(messages) - said :], notes[len(notes) - noted :]),
    )


def next_case(case: "Complaint", *, view: str, officer: User) -> str:
    """The reference after this one in the officer's view; "" without a view or at its end."""
    if view not in INBOX_VIEWS:
        return ""
    return inbox_next(view=view, user_id=officer.pk, today=clock.today(), after=case)


def _review(
    case: "Complaint", events: "Iterable[ComplaintEvent]", agency: Agency
) -> ReviewOutcome | None:
    if all(event.kind != EventKind.REVIEW_ASKED for event in events):
        return None
    return review_outcome(agency=agency, reference=case.reference)


def _promise(case: "Complaint", read: WorkingClock) -> WorkingClockSummary:
    return working_clock_summary(read, state=clock_state(Status(case.status)), is_citizen=False)


def _thread(messages: "Iterable[Message]", notes: "Iterable[Note]") -> tuple[ThreadEntry, ...]:
    entries = [*map(_said, messages), *map(_noted, notes)]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _said(message: "Message") -> ThreadEntry:
    is_citizen = message.author == Author.CITIZEN
    return ThreadEntry(
        voice=Voice.CITIZEN if is_citizen else Voice.AGENCY,
        label=str(MessageKind(message.kind).label),
        by=_("Citizen") if message.officer is None else message.officer.name,
        proof=_("by reference and e-mail address") if message.is_by_email else "",
        at=message.at,
        body=message.body,
    )


def _noted(note: "Note") -> ThreadEntry:
    return ThreadEntry(
        voice=Voice.NOTE,
        label=_("Internal note, never sent to the citizen"),
        by=note.officer.name,
        proof="",
        at=note.at,
        body=note.body,
    )


def _history(events: "Iterable[ComplaintEvent]", *, is_open: bool) -> tuple[TimelineEntry, ...]:
    rows = list(events)
    last = rows[-1] if rows and is_open else None
    return tuple(
        TimelineEntry(
            title=str(EventKind(event.kind).label),
            when=event.at,
            by=_actor(event),
            text=str(Outcome(event.outcome).label) if event.kind == EventKind.ANSWERED else "",
            progress=Progress.HERE if event is last else Progress.DONE,
        )
        for event in rows
    )


def _actor(event: "ComplaintEvent") -> str:
    match event.actor_kind:
        case ActorKind.CITIZEN:
            return _("Citizen")
        case ActorKind.SYSTEM:
            return _("The system")
        case ActorKind.OVERSIGHT:
            return _("National oversight")
    return event.actor_label
