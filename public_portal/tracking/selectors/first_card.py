"""The first card of the tracking page: its text, its facts and the next acts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from public_portal.tracking.enums import NextAct
from public_portal.tracking.types import CardAct, CardFact, FirstCard, TrackingPage
from public_portal.tracking.workflow import last_day_to_reopen
from shared.complaints.enums import (
    ANSWERS,
    DECISION_MESSAGES,
    OPEN,
    Author,
    EventKind,
    MessageKind,
    Status,
)
from shared.complaints.types import PublicCase, PublicMessage
from shared.kernel import clock
from shared.ui.dates import day_text
from tenants.case_access.presenters import parts_sentence
from tenants.case_access.types import ReviewSummary
from tenants.models.enums import ReviewDecision

FILES = (NextAct.DOWNLOAD, NextAct.CALENDAR)
# With a third button, the text would not fit on the first screen of a telephone.
MAX_ACTS = 2
PAGES: Mapping[NextAct, str] = {
    NextAct.PROMISE: "tracking:tell-promise",
    NextAct.FILE_ELSEWHERE: "tracking:file-elsewhere",
    NextAct.REVIEW: "tracking:ask-review",
    NextAct.REOPEN: "tracking:reopen-case",
    NextAct.RATE: "tracking:rate-reply",
    NextAct.FOLLOW: "tracking:follow-up",
    NextAct.CALENDAR: "tracking:download-promised-day",
    NextAct.DOWNLOAD: "tracking:download-dossier",
    NextAct.REPEAT: "tracking:show-case",
}


def first_card(space: TrackingPage) -> FirstCard:
    """Return the first card of a request, in the active language."""
    case, message = space.case, _message(space.case)
    acts = list(_acts(space))
    # A download is a button only if it is the first act: downloads are possible at any time.
    likely = [act for act in acts if act not in FILES or act == acts[0]][:MAX_ACTS]
    return FirstCard(
        title=_title(space, message),
        facts=tuple(_facts(space, message)),
        message=message,
        review=_decided(space),
        later=_later(case, message),
        acts=_with_addresses(likely),
        more=_with_addresses(act for act in acts if act not in likely),
        needs_proof=not space.rights.is_proved and _is_decision(likely),
        explanations=tuple(_explanations(space, acts)),
    )


def card_context(space: TrackingPage, *, asked: Iterable[str]) -> dict[str, object]:
    """Return the template context for the tracking page of a request."""
    first = first_card(space)
    return {
        "space": space,
        "first": first,
        "shown": open_parts(first, asked=asked),
        "parts_sentence": parts_sentence(space.parts) if space.parts else "",
    }


def open_parts(first: FirstCard, *, asked: Iterable[str]) -> frozenset[str]:
    """Return the names of the sections of the page that are open.

    Open are the sections in ``asked``, the files while the citizen writes, and the conversation if
    the card names a later message: to open them later may need a page load, which loses typed text.
    """
    parts = set(asked)
    if "write" in parts or any(one.act == NextAct.ANSWER for one in first.acts):
        parts.add("files")
    if first.later is not None:
        parts.add("conversation")
    return frozenset(parts)


def _message(case: PublicCase) -> PublicMessage | None:
    """Return the reply in force, the open question, or the agency's last unanswered message."""
    if case.status in (*ANSWERS, Status.CLOSED):
        return _latest(case, *DECISION_MESSAGES)
    if case.status == Status.AWAITING_CITIZEN:
        return _latest(case, MessageKind.QUESTION)
    last = case.messages[-1] if case.messages else None
    is_unanswered = last is not None and (
        last.author == Author.AGENCY and last.kind in (MessageKind.MESSAGE, MessageKind.INTERIM)
    )
    return last if is_unanswered and case.status in OPEN else None


def _later(case: PublicCase, message: PublicMessage | None) -> PublicMessage | None:
    """Return the administration's message after ``message``, if it is the last of all messages."""
    last = case.messages[-1] if case.messages else None
    if message is None or last is None or last == message or last.author != Author.AGENCY:
        return None
    return last


def _latest(case: PublicCase, *kinds: MessageKind) -> PublicMessage | None:
    return next((one for one in reversed(case.messages) if one.kind in kinds), None)


def _decided(space: TrackingPage) -> ReviewSummary | None:
    """Return the decision of national oversight that concerns the current round, or ``None``."""
    review = space.review
    if review is None or review.decision in (None, ReviewDecision.LAPSED):
        return None
    case = space.case
    is_sent_back = review.decision == ReviewDecision.SENT_BACK
    return review if case.appeal.is_asked or (is_sent_back and case.status in OPEN) else None


def _waiting(space: TrackingPage) -> ReviewSummary | None:
    review = space.review
    return review if review is not None and review.decision is None else None


def _title(space: TrackingPage, message: PublicMessage | None) -> str:
    status = space.case.status
    if _waiting(space):
        return _("National oversight examines your request")
    if status == Status.AWAITING_CITIZEN:
        return _("The administration asks you a question")
    if message is not None and message.kind == MessageKind.MESSAGE:
        return _("The administration has written to you")
    if message is not None and message.kind == MessageKind.INTERIM:
        return _("The administration announces a new date")
    if decided := _decided(space):
        return (
            _("National oversight has sent your request back")
            if decided.decision == ReviewDecision.SENT_BACK
            else _("National oversight has confirmed the reply")
        )
    if space.directed_to:
        return _("Another body is competent for your request")
    if space.clock and space.clock.is_late and status in OPEN:
        return _("The legal deadline has passed without a reply")
    return _title_of_status(space)


def _title_of_status(space: TrackingPage) -> str:
    if space.case.is_given_back:
        return _("Your whole request answers this part")
    if space.is_partly_answered and space.case.status != Status.INADMISSIBLE:
        return _("This part of your request is answered")
    return {
        Status.RECEIVED: _("Your request has been received"),
        Status.IN_PROGRESS: _("Your request is being examined"),
        Status.REOPENED: _("Your request is being examined again"),
        Status.ANSWERED: _("The administration has answered"),
        Status.INADMISSIBLE: _("The administration cannot examine your request"),
        Status.TRANSFERRED: _("Your request is on its way to another administration"),
        Status.WITHDRAWN: _("You have withdrawn your request"),
        Status.CLOSED: _("Your request is closed"),
    }[space.case.status]


def _facts(space: TrackingPage, message: PublicMessage | None) -> Iterator[CardFact]:
    case = space.case
    if waiting := _waiting(space):
        yield CardFact(label=_("It decides by"), at=waiting.due_on)
    if decided := _decided(space):
        yield CardFact(label=_("Decided on"), at=_day(decided.decided_at))
    if case.status == Status.WITHDRAWN:
        label = _("Given back on") if case.is_given_back else _("Withdrawn on")
        yield CardFact(label=label, at=_day(_withdrawn_at(case)))
    elif message is not None:
        yield from _facts_of_message(space, message)
    if case.status in (*OPEN, Status.TRANSFERRED) and case.status != Status.AWAITING_CITIZEN:
        yield from _due(space)
        yield from _announced(case)
        # If the card has a text, the holder is named below, so that the text stays on top.
        if message is None and _decided(space) is None:
            yield CardFact(label=_("Who holds it now"), text=space.custody)


def _facts_of_message(space: TrackingPage, message: PublicMessage) -> Iterator[CardFact]:
    case = space.case
    if message.agency_code:
        name = space.agencies.of(message.agency_code).name(get_language() or "")
        yield CardFact(label=_("Written by"), text=name)
    if message.kind == MessageKind.QUESTION:
        yield CardFact(label=_("Asked on"), at=_day(message.at))
        yield CardFact(label=_("Please answer by"), at=case.answer_by)
    elif message.kind == MessageKind.REPLY:
        yield CardFact(label=_("Answered on"), at=_day(message.at))
        yield CardFact(label=_("Decision"), text=space.decision)
        yield CardFact(label=_("To be done by"), at=case.promised_on)
    elif message.kind == MessageKind.REFUSAL and space.directed_to:
        yield CardFact(label=_("Written on"), at=_day(message.at))
        name = space.directed_to.name(get_language() or "")
        yield CardFact(label=_("The competent body"), text=name)
    elif message.kind == MessageKind.REFUSAL:
        yield CardFact(label=_("Refused on"), at=_day(message.at))
    else:
        yield CardFact(label=_("Written on"), at=_day(message.at))
    # If two recourses are possible, the card gives one last day, so that the text stays on top.
    if case.may_reopen and space.directed_to is None:
        yield CardFact(label=_("You can re-open it until"), at=last_day_to_reopen(case))
    elif case.may_appeal and not case.may_withdraw and not case.may_reopen:
        yield CardFact(label=_("Review possible until"), at=last_day_to_reopen(case))


def _due(space: TrackingPage) -> Iterator[CardFact]:
    if space.clock:
        label = _("It was due by") if space.clock.is_late else _("Reply at the latest by")
        yield CardFact(label=label, at=space.clock.due_on)
    elif space.working.due_on:
        is_late = space.working.due_on < clock.today()
        label = _("It was promised by") if is_late else _("Reply promised by")
        yield CardFact(label=label, at=space.working.due_on)


def _announced(case: PublicCase) -> Iterator[CardFact]:
    """Yield the day that an interim reply names; the legal deadline is a separate line."""
    if case.status in OPEN and case.interim_until:
        is_late = case.interim_until < clock.today()
        label = _("It was announced for") if is_late else _("Reply announced for")
        yield CardFact(label=label, at=case.interim_until)


def _acts(space: TrackingPage) -> Iterator[NextAct]:
    """Return the possible acts, the most likely first; there is always at least one."""
    case = space.case
    if space.is_on_its_way:
        return iter([NextAct.REPEAT])
    is_settled = case.rating is not None and case.rating.resolved
    offered = (
        (NextAct.PROMISE, case.promise is not None and case.promise.kept is None),
        (NextAct.ANSWER, case.status == Status.AWAITING_CITIZEN),
        (NextAct.FILE_ELSEWHERE, space.directed_to is not None and space.directed_to.is_on_portal),
        (NextAct.REVIEW, case.may_appeal and not case.may_reopen),
        (NextAct.REOPEN, case.may_reopen and case.status == Status.INADMISSIBLE),
        (NextAct.REVIEW, case.may_appeal and case.may_reopen and space.directed_to is None),
        # While parts are unanswered, each part is rated on the card of that part.
        (NextAct.RATE, case.may_rate and not space.is_partly_answered),
        # Later, because a body's name and this label together are too long for a telephone.
        (NextAct.REVIEW, case.may_appeal and case.may_reopen and space.directed_to is not None),
        (NextAct.DOWNLOAD, is_settled and case.may_reopen),
        (NextAct.REOPEN, case.may_reopen and case.status != Status.INADMISSIBLE),
        (NextAct.CALENDAR, case.promised_on is not None and case.promised_on >= clock.today()),
        (NextAct.FOLLOW, space.may_follow),
        (NextAct.WRITE, case.may_write and case.status != Status.AWAITING_CITIZEN),
        (NextAct.DOWNLOAD, not (is_settled and case.may_reopen)),
    )
    return (act for act, is_offered in offered if is_offered)


def _is_decision(acts: Sequence[NextAct]) -> bool:
    free = (NextAct.ANSWER, NextAct.WRITE, *FILES)
    return any(act not in free for act in acts)


def _with_addresses(acts: Iterable[NextAct]) -> tuple[CardAct, ...]:
    return tuple(CardAct(act=act, url=_address(act)) for act in acts)


def _address(act: NextAct) -> str:
    if act == NextAct.ANSWER:
        return "#write"
    # Some browsers do not open a section for its anchor, so the query string opens the section.
    if act == NextAct.WRITE:
        return f"{reverse('tracking:show-case')}?show=write#write"
    return reverse(PAGES[act])


def _explanations(space: TrackingPage, acts: Sequence[NextAct]) -> Iterator[str]:
    """Yield the sentences of the first card of a request."""
    case = space.case
    if space.is_partly_answered:
        yield from _of_a_part(space)
    else:
        yield space.state_text.happened
        yield space.state_text.next
    if NextAct.FILE_ELSEWHERE in acts:
        yield _(
            "Your text and your files are carried over. You see everything once more before it is "
            "sent, and you can change it."
        )
    elif space.directed_to:
        yield _("It does not answer on this portal: how to reach it is in the message.")
    if NextAct.PROMISE in acts and case.promised_on:
        yield _(
            "The administration announced that this would be done by %(day)s. Tell us whether it "
            "has been done."
        ) % {"day": day_text(case.promised_on)}
    elif NextAct.PROMISE in acts:
        yield _(
            "Four weeks ago the administration answered that your request is right. Tell us "
            "whether it has done what it promised."
        )
    if case.may_appeal and case.may_withdraw:
        yield _(
            "The legal deadline has passed without a reply. You can ask national oversight to "
            "step in."
        )
    if space.may_follow:
        yield _follow_text(case)


def _of_a_part(space: TrackingPage) -> Iterator[str]:
    """Yield the sentences for an answered part of a request with other, unanswered parts."""
    agency = space.agency.name(get_language() or "")
    if space.case.status == Status.INADMISSIBLE:
        yield space.state_text.happened
    else:
        yield _("%(agency)s has answered this part of your request.") % {"agency": agency}
    yield _("Above you read how many parts are answered; each is rated on its own card.")
    if space.case.may_reopen:
        yield _("If this part is not settled, you can re-open it until %(day)s.") % {
            "day": day_text(last_day_to_reopen(space.case))
        }


def _follow_text(case: PublicCase) -> str:
    if case.privacy.value != "named":
        return _(
            "A new request about the same is possible: the administration and the subject are "
            "filled in. It does not name this one, so that nothing ties the two."
        )
    if case.status == Status.WITHDRAWN:
        return _(
            "A new request can follow this one: the administration, the subject and the reference "
            "are filled in, and a new term begins."
        )
    return _(
        "The term for re-opening has passed. A new request can follow this one: the "
        "administration, the subject and the reference are filled in."
    )


def _withdrawn_at(case: PublicCase) -> datetime | None:
    ends = (EventKind.WITHDRAWN, EventKind.PART_RETURNED)
    return next((one.at for one in reversed(case.timeline) if one.kind in ends), None)


def _day(at: datetime | None) -> date | None:
    return clock.civil_day(at) if at else None
