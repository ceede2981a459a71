"""A case as one officer may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.access.filters import search_text
from agency_console.access.types import ListAddress
from agency_console.casework.permissions import acts_on, may_handle, may_see_identity
from agency_console.casework.types import (
    Act,
    CaseAbout,
    CaseChanges,
    CaseDays,
    CaseDetail,
    CaseHeader,
    CitizenCard,
    CompetentBodies,
    ThreadEntry,
    Voice,
)
from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import (
    MESSAGE_EVENTS,
    SAME_OFFICER_TEXTS,
    Author,
    Declaration,
    EventKind,
    Kind,
    Language,
    MessageKind,
    Outcome,
    PartyKind,
    Privacy,
    Status,
)
from shared.complaints.selectors import (
    Deciders,
    attachments_of,
    case_attachments,
    case_clock,
    case_clocks,
    case_deciders,
    case_events,
    case_messages,
    case_notes,
    case_position,
    case_ratings,
    inbox_neighbours,
    ratings_of,
)
from shared.complaints.types.lists import Neighbours
from shared.complaints.workflow import clock_state
from shared.directory.selectors.finder import finder_search
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import organisation_find
from shared.forms.fields import Choice
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import ActorKind
from shared.kernel.clock_ledger import WorkingClock
from shared.ui.deadline_texts import ledger_months, working_clock_summary
from shared.ui.links import page_language
from shared.ui.types import Progress, TimelineEntry, WorkingClockSummary
from shared.units.types import UnitScope
from tenants.agencies.selectors import (
    agency_bodies,
    is_orientation_desk,
    recipient_agencies,
)
from tenants.agencies.types import AgencyInfo
from tenants.case_access.services.reviews import review_outcome
from tenants.case_access.services.routes import email_state_of_case
from tenants.models import Agency

if TYPE_CHECKING:
    from shared.complaints.models import Complaint, ComplaintEvent, Message, Note


MAX_BODIES = 8


def case_detail(case: "Complaint", *, officer: User, agency: Agency) -> CaseDetail:
    """The page of a case: a query for its events, one for its files, two for what was said."""
    events = case_events(case)
    clocks = case_clocks(case, events=events, today=clock.today())
    deciders = case_deciders(case)
    return CaseDetail(
        case=case_header(case),
        about=case_about(case, agency=agency),
        citizen=citizen_card(case, officer=officer),
        clock=case_clock(case, on=clock.today()),
        working=_working_clock(case, clocks[-1]),
        thread=_thread(case_messages(case, events=events), case_notes(case, events=events)),
        attachments=attachments_of(case_attachments(case)),
        # "None of these" says nothing without the list from which it was chosen.
        declarations=[
            _(
                "The matter is before no court, and no court has decided it. It does not concern "
                "a report of the judicial police or National Defence. Neither the Mediator nor "
                "another body is examining it."
            )
            if one == Declaration.NONE
            else str(Declaration(one).label)
            for one in case.declarations
        ],
        history=_history(events, is_open=case.is_open),
        ratings=ratings_of(case_ratings(case)),
        acts=acts_on(case, officer, is_barred=officer.pk in deciders.barred),
        orientation_due_on=_orientation_due_on(case, agency),
        is_held_by_other=not may_handle(case, officer),
        repetition=repetition_text(deciders, officer=officer),
        review=review_outcome(agency=agency, reference=case.reference)
        if any(event.kind == EventKind.REVIEW_ASKED for event in events)
        else None,
    )


def act_rights(
    case: "Complaint", *, act: Act, officer: User, deciders: Deciders
) -> dict[str, object]:
    """Whether the act is possible now, and what follows from having decided before."""
    is_barred = officer.pk in deciders.barred
    is_free = act in (Act.NOTE, Act.ASK, Act.MESSAGE)
    return {
        "is_possible": act in acts_on(case, officer, is_barred=is_barred),
        "repetition": "" if is_free else repetition_text(deciders, officer=officer),
    }


def repetition_text(deciders: Deciders, *, officer: User) -> str:
    """What follows for an officer who decided on the case before; "" for whoever did not."""
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
    # The receipt promises this day to everybody whose request the desk receives.
    if case.answered_at is not None or not case.is_open:
        return None
    if not is_orientation_desk(agency_code=agency.code):
        return None
    return legal_deadline.orientation_due_on(clock.civil_day(case.received_at))


def case_days(case: "Complaint") -> CaseDays:
    """Both clocks of a case day by day, in one query."""
    clocks = case_clocks(case, events=case_events(case), today=clock.today())
    return CaseDays(
        case=case_header(case),
        clock=case_clock(case, on=clock.today()),
        working=_working_clock(case, clocks[-1]),
        months=ledger_months([day for one in clocks for day in one.days], is_citizen=False),
    )


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


def citizen_card(case: "Complaint", *, officer: User) -> CitizenCard:
    """Who wrote, as far as they let the agency know: the card of a named case alone is filled."""
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


def changes_since(case: "Complaint", *, version: int) -> CaseChanges:
    """What was done and said since a form was made from ``version``; at most three queries."""
    all_events = case_events(case)
    messages = case_messages(case, events=all_events)
    notes = case_notes(case, events=all_events)
    events = [event for event in all_events if event.position > version]
    # Counted, not compared by time: a message is a moment older than its event.
    said = sum(event.kind in MESSAGE_EVENTS for event in events)
    noted = sum(event.kind == EventKind.NOTE_ADDED for event in events)
    return CaseChanges(
        case=case_header(case),
        history=_history(events, is_open=False),
        thread=_thread(messages[len(messages) - said :], notes[len(notes) - noted :]),
    )


def list_neighbours(
    case: "Complaint", *, address: ListAddress, officer: User, scope: UnitScope
) -> Neighbours:
    """The cases before and after this one in the officer's list; none without a view."""
    if not address.view:
        return Neighbours()
    return inbox_neighbours(
        view=address.view,
        user_id=officer.pk,
        today=clock.today(),
        scope=scope,
        at=address.at or case_position(case, view=address.view, sort=address.sort),
        text=search_text(address.text),
        only=address.only,
        sort=address.sort,
    )


def _working_clock(case: "Complaint", working: WorkingClock) -> WorkingClockSummary:
    return working_clock_summary(working, state=clock_state(Status(case.status)), is_citizen=False)


def _thread(messages: "Iterable[Message]", notes: "Iterable[Note]") -> tuple[ThreadEntry, ...]:
    entries = [*map(_message_entry, messages), *map(_note_entry, notes)]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _message_entry(message: "Message") -> ThreadEntry:
    return ThreadEntry(
        voice=Voice.CITIZEN if message.author == Author.CITIZEN else Voice.AGENCY,
        label=str(MessageKind(message.kind).label),
        by=_("Citizen") if message.officer is None else message.officer.name,
        proof=_("the sender gave only the reference and the e-mail address, not the receipt code")
        if message.is_by_email
        else "",
        at=message.at,
        body=message.body,
    )


def _note_entry(note: "Note") -> ThreadEntry:
    return ThreadEntry(
        voice=Voice.NOTE,
        label=_("Internal note, never sent to the citizen"),
        by=note.officer.name,
        proof="",
        at=note.at,
        body=note.body,
    )


def _history(events: "Sequence[ComplaintEvent]", *, is_open: bool) -> tuple[TimelineEntry, ...]:
    last = events[-1] if events and is_open else None
    return tuple(
        TimelineEntry(
            title=str(EventKind(event.kind).label),
            when=event.at,
            # In Unicode isolates: the name may be in a script of the other direction.
            by=_("Action by: %(name)s") % {"name": f"\u2068{_actor(event)}\u2069"},
            text=_event_text(event),
            progress=Progress.HERE if event is last else Progress.DONE,
        )
        for event in events
    )


def _event_text(event: "ComplaintEvent") -> str:
    texts = [str(Outcome(event.outcome).label)] if event.kind == EventKind.ANSWERED else []
    if event.same_officer:
        texts.append(str(SAME_OFFICER_TEXTS[EventKind(event.kind)]))
    return "\n".join(texts)


def _actor(event: "ComplaintEvent") -> str:
    names = {
        ActorKind.CITIZEN: _("Citizen"),
        ActorKind.SYSTEM: _("The system"),
        ActorKind.OVERSIGHT: _("National oversight"),
    }
    return names.get(ActorKind(event.actor_kind), event.actor_label)


def competent_bodies(
    case: "Complaint", *, words: str, chosen: str, agency_code: str
) -> CompetentBodies:
    """Bodies that ``words`` may mean, best first, after the one chosen before; with who answers.

    Those whose requests this agency itself receives are apart: filed there, the request would come
    back to it. For those that it receives as the orientation desk it does not answer.
    """
    language = page_language()
    body = organisation_find(code=chosen)
    found = {body.code: (body.name(language), body.accepts)} if body else {}
    if words:
        hits = finder_search(text=words, language=language, limit=MAX_BODIES).hits
        found |= {hit.code: (hit.name, hit.accepts) for hit in hits if hit.code not in found}
    found.pop(ORIENTATION, None)
    recipients = recipient_agencies(organisation_codes=list(found))
    choices, own = [], set()
    for code, (name, accepts) in found.items():
        recipient = recipients.get(code)
        answering = None if recipient is None or recipient.is_desk else recipient.agency
        is_here = answering is not None and answering.code == agency_code
        if is_here and (accepts or code == case.organisation_code):
            own.add(code)
            continue
        # The portal passes nothing on to a body that does not accept it, whoever answers above it.
        hint = _body_hint(answering if accepts else None, language)
        choices.append(Choice(code=code, name=name, hint=hint))
    return CompetentBodies(choices=tuple(choices), own=frozenset(own))


def _body_hint(answering: AgencyInfo | None, language: str) -> str:
    if answering is None:
        return _("It does not answer on the portal: say below how to reach it.")
    return _("Answered by: %(agency)s") % {"agency": answering.name(language)}
