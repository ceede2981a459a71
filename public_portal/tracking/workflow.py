"""Texts for the citizen on each status and event, and on both clocks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, override

from public_portal.tracking.enums import ReopenReason
from public_portal.tracking.types import (
    CaseAgencies,
    CaseStatusText,
    ClockSummary,
    RatingSummary,
)
from shared.complaints.enums import (
    ANSWERS,
    CITIZEN_EVENT_LABELS,
    DIRECTED_LABEL,
    OPEN,
    Channel,
    EventKind,
    Language,
    MessageKind,
    Status,
)
from shared.complaints.types import OVERSIGHT, PublicCase, TimelineEntry as CaseEntry
from shared.complaints.workflow import clock_state
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import ActorKind
from shared.kernel.legal_deadline import REPLY_DAYS, legal_clock
from shared.ui.dates import day_text
from shared.ui.deadline_texts import working_clock_summary
from shared.ui.types import ClockState, Progress, TimelineEntry, WorkingClockSummary
from shared.ui.widgets import FACE_CHOICES
from tenants.case_access.types import IdentityAccess, ReviewSummary
from tenants.models.enums import ReviewDecision

HAPPENED: Mapping[Status, Promise] = {
    Status.RECEIVED: gettext_lazy("%(agency)s has received your request. It waits to be taken up."),
    Status.IN_PROGRESS: gettext_lazy("An officer of %(agency)s is examining your request."),
    Status.AWAITING_CITIZEN: gettext_lazy("%(agency)s has asked you a question."),
    Status.ANSWERED: gettext_lazy("%(agency)s has answered your request."),
    Status.REOPENED: gettext_lazy("You have re-opened your request. %(agency)s examines it again."),
    Status.INADMISSIBLE: gettext_lazy(
        "%(agency)s cannot examine this request. Its message says why, and where to turn."
    ),
    Status.TRANSFERRED: gettext_lazy(
        "%(agency)s has handed your request over. It is on its way to %(to)s."
    ),
    Status.WITHDRAWN: gettext_lazy("You have withdrawn your request. Nobody works on it any more."),
    Status.CLOSED: gettext_lazy("Your request is closed."),
}
NEXT: Mapping[Status, Promise] = {
    Status.RECEIVED: gettext_lazy("An officer takes it up, or tells you which body is competent."),
    Status.IN_PROGRESS: gettext_lazy("You receive an answer with its reasons."),
    Status.REOPENED: gettext_lazy("You receive a new answer with its reasons."),
    Status.TRANSFERRED: gettext_lazy(
        "It arrives within a minute, under the same reference, and nothing is lost. Open this page "
        "again then."
    ),
    Status.WITHDRAWN: gettext_lazy("You can send a new request at any time."),
    Status.CLOSED: gettext_lazy(
        "You can send a new request at any time, and you may turn to the Mediator."
    ),
}
# Keyed by the citizen's rating: settled (true), not settled (false), or no rating yet.
AFTER_REPLY: Mapping[bool | None, Promise] = {
    None: gettext_lazy(
        "Tell us whether it is settled. If it is not, you can re-open it until %(day)s."
    ),
    True: gettext_lazy(
        "You said that it is settled. If it turns out otherwise, you can re-open it until %(day)s."
    ),
    False: gettext_lazy("You said that it is not settled. You can re-open it until %(day)s."),
}
AFTER_REFUSAL = gettext_lazy(
    "If you do not agree, you can re-open it until %(day)s: it is then examined again. Or you can "
    "ask national oversight by then to review the refusal."
)
FILED_FOR: Mapping[Channel, Promise] = {
    Channel.COUNTER: gettext_lazy("An officer filed your request for you at the counter"),
    Channel.PHONE: gettext_lazy("An officer filed your request for you on the telephone"),
}
GIVEN_BACK = gettext_lazy(
    "This part was given back: %(agency)s answers it with your whole request. What you wrote here "
    "stays readable."
)
AFTER_GIVING_BACK = gettext_lazy("Open the whole request under “Parts of your request”.")
TAKEN_OVER = gettext_lazy(
    "%(agency)s has taken your request over from %(former)s. It waits to be taken up."
)
# The text while an offer waits, keyed by whether the request has a legal deadline.
OFFERED: Mapping[bool, Promise] = {
    True: gettext_lazy(
        "%(asked)s was asked to take your request over. Until it answers, %(agency)s keeps it and "
        "the legal deadline runs on."
    ),
    False: gettext_lazy(
        "%(asked)s was asked to take your request over. Until it answers, %(agency)s keeps it."
    ),
}
ARBITRATED: Mapping[bool, Promise] = {
    True: gettext_lazy(
        "National oversight was asked which administration is competent. Until it decides, "
        "%(agency)s keeps your request and the legal deadline runs on."
    ),
    False: gettext_lazy(
        "National oversight was asked which administration is competent. Until it decides, "
        "%(agency)s keeps your request."
    ),
}
CUSTODY: Mapping[str, Promise] = {
    "agency": gettext_lazy("%(agency)s. No officer has taken it up yet."),
    "officer": gettext_lazy("An officer of %(agency)s."),
    "citizen": gettext_lazy("An officer of %(agency)s, who waits for your answer."),
    "oversight": gettext_lazy("National oversight, with the file of %(agency)s."),
    "on its way": gettext_lazy("It is on its way from %(agency)s to %(to)s."),
    "nobody": gettext_lazy("%(agency)s keeps it. Nothing more is being done on it."),
}
HANDS: Mapping[str, Promise] = {
    ActorKind.CITIZEN: gettext_lazy("You"),
    ActorKind.OVERSIGHT: gettext_lazy("National oversight"),
    ActorKind.SYSTEM: gettext_lazy("Automatically, by the passing of time"),
}


def status_text(
    *, case: PublicCase, agencies: CaseAgencies, language: str, review: ReviewSummary | None
) -> CaseStatusText:
    """Return the texts for the status of a request: what happened, and what comes next."""
    names = _names(case, agencies, language)
    is_sent_back = review is not None and review.decision == ReviewDecision.SENT_BACK
    happened = GIVEN_BACK if case.is_given_back else HAPPENED[case.status]
    if case.status == Status.REOPENED and is_sent_back and not case.appeal.is_waiting:
        happened = gettext_lazy(
            "National oversight has sent your request back. %(agency)s examines it again."
        )
    elif case.directed_to:
        happened = gettext_lazy("%(agency)s is not competent. It names the competent body.")
    elif case.status == Status.RECEIVED and case.custody:
        happened = TAKEN_OVER
    sentences = [str(happened) % names]
    if case.offered_to:
        asked = ARBITRATED if case.offered_to == OVERSIGHT else OFFERED
        sentences.append(str(asked[case.due_on is not None]) % names)
    if case.status == Status.REOPENED and (repetition := _repetition(case)):
        sentences.append(repetition)
    return CaseStatusText(happened=" ".join(sentences), next=_next(case, review))


def _names(case: PublicCase, agencies: CaseAgencies, language: str) -> dict[str, str]:
    former = case.custody[-2].agency_code if len(case.custody) > 1 else ""
    return {
        "agency": agencies.holder.name(language),
        "asked": agencies.of(case.offered_to).name(language),
        "former": agencies.of(former).name(language),
        "to": agencies.of(case.handed_to).name(language)
        if case.handed_to
        else _("another administration"),
    }


def _repetition(case: PublicCase) -> str:
    """Return a sentence if the same officer decided on the request before; otherwise ""."""
    if not case.held_by_officer:
        return ""
    assigned = (one for one in reversed(case.timeline) if one.kind == EventKind.ASSIGNED)
    return next((one.same_officer_text for one in assigned), "")


def _next(case: PublicCase, review: ReviewSummary | None) -> str:
    if review is not None and review.decision is None:
        return _(
            "National oversight examines it and decides by %(day)s. That is a term of ours, not "
            "of a law."
        ) % {"day": day_text(review.due_on)}
    if case.status == Status.AWAITING_CITIZEN and case.answer_by:
        return _(
            "It is your turn: write your answer by %(day)s. The legal deadline "
            "is not moved, and after that day the officer goes on without your "
            "answer."
        ) % {"day": day_text(case.answer_by)}
    if case.status not in ANSWERS:
        return str(AFTER_GIVING_BACK if case.is_given_back else NEXT[case.status])
    if case.may_reopen:
        return str(_reopening(case)) % {"day": day_text(last_day_to_reopen(case))}
    if case.may_appeal:
        return _(
            "It was examined twice. If it is not settled, you can ask national oversight for a "
            "review until %(day)s."
        ) % {"day": day_text(last_day_to_reopen(case))}
    if case.appeal.is_asked:
        return _("National oversight has let the reply stand. You may turn to the Mediator.")
    return _("The term for re-opening it has passed.")


def _reopening(case: PublicCase) -> Promise:
    if case.status == Status.INADMISSIBLE:
        return AFTER_REFUSAL
    return AFTER_REPLY[case.rating.resolved if case.rating else None]


def decision(*, case: PublicCase) -> str:
    """Return the decision in the reply in force, or "" without a reply."""
    stands = case.status in (Status.ANSWERED, Status.CLOSED)
    return str(case.outcome.label) if stands and case.outcome else ""


def ratings(*, case: PublicCase) -> list[RatingSummary]:
    """Return the citizen's rating of each reply, oldest first."""
    faces = dict(FACE_CHOICES)
    return [
        RatingSummary(
            rating=one,
            handling=str(faces[str(one.handling)]),
            is_earlier=one.round < case.reopened,
        )
        for one in case.ratings
    ]


def clock_summary(*, case: PublicCase) -> ClockSummary | None:
    """Return the legal clock of a complaint; ``None`` for other kinds of requests.

    The days are counted until the reply or the withdrawal, or else until today.
    """
    if case.clock is None or case.due_on is None:
        return None
    state = clock_state(case.status)
    ends = (EventKind.WITHDRAWN, EventKind.PART_RETURNED)
    withdrawn = (one.at for one in case.timeline if one.kind in ends)
    stopped_at = next(withdrawn, None) if state == ClockState.STOPPED else case.answered_at
    is_running = state == ClockState.RUNNING
    on = clock.today() if is_running or stopped_at is None else clock.civil_day(stopped_at)
    read = legal_clock(filed_on=case.clock.filed_on, on=on)
    return ClockSummary(
        words=_clock_words(read.elapsed, state=state, is_late=read.is_overdue),
        elapsed=read.elapsed,
        day=min(read.elapsed, REPLY_DAYS),
        term=REPLY_DAYS,
        due_on=read.due_on,
        is_late=read.is_overdue,
        is_running=is_running,
    )


def working_promise(*, case: PublicCase) -> WorkingClockSummary:
    """Return the working clock of the current round, for every kind of request."""
    return working_clock_summary(case.working, state=clock_state(case.status), is_citizen=True)


def announced(*, case: PublicCase) -> str:
    """Return a sentence with the day that an interim reply names, or "" without such a day."""
    if case.interim_until is None or case.status not in OPEN:
        return ""
    day = {"day": day_text(case.interim_until)}
    if case.interim_until < clock.today():
        return _("The reply was announced for %(day)s. That day has passed without it.") % day
    return _("The reply is announced for %(day)s at the latest.") % day


def custody(*, case: PublicCase, agencies: CaseAgencies, language: str) -> str:
    """Return in one sentence who handles the request now."""
    return str(CUSTODY[_hand(case)]) % _names(case, agencies, language)


def timeline_entries(
    *,
    case: PublicCase,
    agencies: CaseAgencies,
    language: str,
    identity_accesses: Sequence[IdentityAccess] = (),
) -> list[TimelineEntry]:
    """Return the timeline: the last day for the reply, then the past events, latest first.

    ``identity_accesses``, oldest first, have the reasons of the events ``IDENTITY_OPENED``.
    """
    reasons = iter(access.reason for access in identity_accesses)
    # For every refusal event there is one refusal message, and both are in the same order.
    refusals = (one for one in case.messages if one.kind == MessageKind.REFUSAL)
    directed = (one.is_direction for one in refusals)
    done = [
        TimelineEntry(
            title=str(DIRECTED_LABEL)
            if entry.kind == EventKind.INADMISSIBLE and next(directed, False)
            else _title(case, entry),
            when=entry.at,
            by=hand(entry, agencies=agencies, language=language),
            text=_because(reasons)
            if entry.kind == EventKind.IDENTITY_OPENED
            else _entry_text(entry),
            progress=Progress.DONE,
        )
        for entry in case.timeline
        if entry.kind in CITIZEN_EVENT_LABELS
    ]
    return [*_to_come(case), *reversed(done)]


# For such an act of the system, the agency's name is shown, because its rules caused the act.
HAND_OVERS = (EventKind.ASSIGNED, EventKind.UNASSIGNED, EventKind.UNIT_CHANGED)


def hand(entry: CaseEntry, *, agencies: CaseAgencies, language: str) -> str:
    """Return in words who did an act, for the citizen."""
    if entry.kind == EventKind.TRANSFER_REFUSED:
        return _("The other administration")
    if entry.kind == EventKind.COMPETENCE_ASKED and entry.by == ActorKind.SYSTEM:
        return _("Automatically, after two offers that were not accepted")
    agency = agencies.of(entry.agency_code).name(language)
    is_by_rule = entry.by == ActorKind.SYSTEM and entry.kind in HAND_OVERS
    return agency if is_by_rule else str(HANDS.get(entry.by, agency))


def last_day_to_reopen(case: PublicCase) -> date:
    """Return the last day on which an answered case can be re-opened."""
    answered_on = clock.civil_day(case.answered_at or clock.now())
    return answered_on + timedelta(days=legal_deadline.REOPEN_DAYS)


def reopening_text(*, reason: str, body: str, language: Language) -> str:
    """Return the label of the reason, in the language of the case, and the citizen's text."""
    with override(language):
        return f"{ReopenReason(reason).label}\n\n{body}"


def _title(case: PublicCase, entry: CaseEntry) -> str:
    if entry.kind == EventKind.RECEIVED and entry.by == ActorKind.OFFICER:
        return str(FILED_FOR.get(case.channel, CITIZEN_EVENT_LABELS[entry.kind]))
    return str(CITIZEN_EVENT_LABELS[entry.kind])


def _entry_text(entry: CaseEntry) -> str:
    if entry.until:
        return _("The reply is announced for %(day)s at the latest.") % {
            "day": day_text(entry.until)
        }
    return entry.same_officer_text


def _because(reasons: Iterator[str]) -> str:
    reason = next(reasons, "")
    return _("Reason: %(reason)s") % {"reason": reason} if reason else ""


def _hand(case: PublicCase) -> str:
    if case.status == Status.TRANSFERRED:
        return "on its way"
    if case.status == Status.AWAITING_CITIZEN:
        return "citizen"
    if case.status in ANSWERS and case.appeal.is_waiting:
        return "oversight"
    if case.status in (*ANSWERS, Status.WITHDRAWN, Status.CLOSED):
        return "nobody"
    return "officer" if case.held_by_officer else "agency"


def _to_come(case: PublicCase) -> list[TimelineEntry]:
    if case.due_on is None or case.status in (*ANSWERS, Status.WITHDRAWN, Status.CLOSED):
        return []
    return [
        TimelineEntry(
            title=_("An answer with its reasons is due"), when=case.due_on, progress=Progress.NEXT
        )
    ]


def _clock_words(elapsed: int, *, state: ClockState, is_late: bool) -> str:
    numbers = {"day": elapsed, "term": REPLY_DAYS}
    if state == ClockState.ANSWERED and elapsed == 0:
        return _("Answered on the same day; the law gives %(term)d days.") % numbers
    if state == ClockState.ANSWERED:
        return _("Answered on day %(day)d of %(term)d by law.") % numbers
    if state == ClockState.STOPPED and elapsed == 0:
        return _("Withdrawn on the same day; the law gives %(term)d days.") % numbers
    if state == ClockState.STOPPED:
        return _("Withdrawn on day %(day)d of %(term)d by law.") % numbers
    if elapsed == 0:
        return _("Day 0: the %(term)d days begin tomorrow.") % numbers
    if is_late:
        return _("Day %(day)d: the legal period of %(term)d days has passed.") % numbers
    return _("Day %(day)d of %(term)d by law.") % numbers
