"""The conversion of a scenario into scheduled actions."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from demo import case_texts as words
from demo.actions import (
    Action,
    AgencyMessage,
    Assignment,
    CitizenFile,
    CitizenMessage,
    Filing,
    InterimReply,
    InternalNote,
    PromiseAnswer,
    Question,
    Rating,
    Refusal,
    Reopening,
    Reply,
    ScheduledAction,
    Upkeep,
    Withdrawal,
)
from demo.case_texts import CaseText
from demo.fixture_files import phrases
from demo.scenarios import Ending, Phase, Scenario
from shared.complaints.enums import PROMISES, Kind, Outcome
from shared.complaints.types import ReplyDraft
from shared.complaints.types.escalation import NATIONAL_CHAIN
from shared.kernel import clock, legal_deadline

NIGHT = time(3, 0)
SATURDAY = 5
# Nights until the upkeep closes a case, and until a case continues without the citizen's answer.
NIGHTS_TO_CLOSE = legal_deadline.REOPEN_DAYS + 2
NIGHTS_TO_RESUME = 16
FILE_WITH_FILING = 0.12
FILE_WITH_ANSWER = 0.4
# Interim replies: share of long cases, earliest day, shortest long case, days until the reply.
ANNOUNCES = 0.6
MIN_ANNOUNCED, MIN_LONG = 40, 50
ANNOUNCED_DAYS = (12, 16, 21, 28)
# Shares: promises with a day, citizens who answer about the promise, and answers "it was done".
NAMES_A_DAY = 0.7
SAYS_SOMETHING = 0.55
WAS_KEPT = 0.72


@dataclass(slots=True, kw_only=True)
class CaseSchedule:
    """The actions of a case until now."""

    rng: Random
    case_text: CaseText
    case: int
    now: datetime
    officers: int
    last: datetime
    officer: int = 0
    over: bool = False
    acts: list[ScheduledAction] = field(default_factory=list)

    def office(self, at: datetime, action: Action) -> None:
        """Add an action of the administration at a working hour of a weekday."""
        day = at.astimezone(clock.NATIONAL_ZONE)
        if day.weekday() >= SATURDAY:
            day += timedelta(days=7 - day.weekday())
        minutes = self.rng.randint(0, 7 * 60)
        self._write(day.replace(hour=9, minute=0) + timedelta(minutes=minutes), action)

    def home(self, at: datetime, action: Action) -> None:
        """Add an action of the citizen on any day, in the daytime."""
        day = at.astimezone(clock.NATIONAL_ZONE)
        minutes = self.rng.randint(0, 15 * 60)
        self._write(day.replace(hour=7, minute=30) + timedelta(minutes=minutes), action)

    def night(self, nights: int) -> None:
        """Add a run of the upkeep ``nights`` nights after the last action."""
        self.upkeep(self.last.astimezone(clock.NATIONAL_ZONE).date() + timedelta(days=nights))

    def upkeep(self, day: date) -> None:
        """Add a run of the upkeep in the first hours of ``day``."""
        at = datetime.combine(day, NIGHT, tzinfo=clock.NATIONAL_ZONE)
        if not self.over and at <= self.now:
            self.acts.append(ScheduledAction(at=at, case=self.case, action=Upkeep()))

    def chain_nights(self, filed_at: datetime) -> None:
        """Add a run of the upkeep for each escalation step."""
        start: datetime | None = filed_at
        found: list[datetime] = []
        for act in [*self.acts, None]:
            is_end = act is None or isinstance(act.action, Reply | Refusal | Withdrawal)
            if start is not None and is_end:
                found += self._steps_due(start, until=act.at if act else self.now)
                start = None
            elif act is not None and isinstance(act.action, Reopening):
                start = act.at
        self.acts += [ScheduledAction(at=at, case=self.case, action=Upkeep()) for at in found]

    def _steps_due(self, start: datetime, *, until: datetime) -> list[datetime]:
        due_on = legal_deadline.reply_due_on(clock.civil_day(start))
        nights = [
            datetime.combine(due_on + timedelta(days=step.days), NIGHT, tzinfo=clock.NATIONAL_ZONE)
            for step in NATIONAL_CHAIN
        ]
        return [at for at in nights if at <= until]

    def _write(self, at: datetime, action: Action) -> None:
        if at <= self.last:
            at = self.last + timedelta(minutes=self.rng.randint(15, 90))
        # After an action in the future, no further action is added.
        self.over = self.over or at > self.now
        if not self.over:
            self.last = at
            self.acts.append(ScheduledAction(at=at, case=self.case, action=action))


def schedule_write(
    *,
    rng: Random,
    scenario: Scenario,
    case_text: CaseText,
    organisation: str,
    case: int,
    officers: int,
    filed_at: datetime,
    now: datetime,
) -> list[ScheduledAction]:
    """Return the actions of one case from ``filed_at`` until ``now``."""
    schedule = CaseSchedule(
        rng=rng,
        case_text=case_text,
        case=case,
        now=now,
        officers=officers,
        last=filed_at,
        officer=rng.randrange(officers),
    )
    draft = words.draft(case_text, organisation=organisation)
    schedule.acts.append(ScheduledAction(at=filed_at, case=case, action=Filing(draft=draft)))
    _send_along(schedule, FILE_WITH_FILING)
    is_reopened = scenario.reopened_after is not None
    _phase(
        schedule,
        scenario.first,
        talkative=scenario.talkative,
        again=False,
        is_last=not is_reopened,
    )
    if scenario.reopened_after is not None:
        _reopen(schedule, scenario.reopened_after, scenario.second)
    if scenario.kind == Kind.COMPLAINT:
        schedule.chain_nights(filed_at)
    return schedule.acts


def filing_moment(*, rng: Random, ago: float, now: datetime) -> datetime:
    """Return a time in the daytime about ``ago`` days ago, and before ``now``."""
    # The days count from midnight, so that all runs on one day make the same cases.
    tomorrow = clock.civil_day(now) + timedelta(days=1)
    day = datetime.combine(tomorrow, time(), tzinfo=clock.NATIONAL_ZONE) - timedelta(days=ago)
    at = day.replace(hour=7, minute=30) + timedelta(minutes=rng.randint(0, 15 * 60))
    return at if at < now else now - timedelta(minutes=rng.randint(5, 90))


def by_time(acts: Iterable[ScheduledAction]) -> list[ScheduledAction]:
    """Return all actions sorted by time, with one upkeep a night."""
    nights: set[datetime] = set()
    ordered = []
    for act in sorted(acts, key=lambda act: (act.at, not isinstance(act.action, Upkeep), act.case)):
        if isinstance(act.action, Upkeep):
            if act.at in nights:
                continue
            nights.add(act.at)
        ordered.append(act)
    return ordered


def _phase(
    schedule: CaseSchedule, phase: Phase, *, talkative: bool, again: bool, is_last: bool
) -> None:
    start = schedule.last
    if phase.taken is None:
        return
    by_supervisor = again or schedule.rng.random() < 0.7
    taking = Assignment(officer=schedule.officer, by_supervisor=by_supervisor)
    schedule.office(_after(start, phase.taken), taking)
    if talkative:
        _talk(schedule, start, phase)
    if phase.asked is not None:
        _ask(schedule, start, phase.asked, phase.question_answered)
    _announce(schedule, start, phase, is_long=talkative)
    if phase.ended is not None:
        _end(schedule, start, phase, again=again, is_last=is_last)


def _talk(schedule: CaseSchedule, start: datetime, phase: Phase) -> None:
    """Add notes, updates and reminders at random.

    A message of the citizen after the question would count as the answer.
    """
    rng, text = schedule.rng, phrases(schedule.case_text.language)
    until = phase.asked if phase.asked is not None else phase.ended
    long = until is None or until > 40
    if rng.random() < 0.6:
        note = InternalNote(officer=schedule.officer, body=schedule.case_text.say(text.note))
        schedule.office(schedule.last, note)
    if rng.random() < 0.35:
        update = AgencyMessage(officer=schedule.officer, body=schedule.case_text.say(text.update))
        schedule.office(_after(start, (until or 12) * 0.5), update)
    if long and rng.random() < 0.7:
        nudge = CitizenMessage(body=schedule.case_text.say(text.nudge))
        schedule.home(_after(start, rng.uniform(28, 38)), nudge)


def _send_along(schedule: CaseSchedule, chance: float) -> None:
    if schedule.rng.random() < chance:
        schedule.home(schedule.last, CitizenFile(upload=words.receipt(schedule.case_text)))


def _ask(schedule: CaseSchedule, start: datetime, asked: float, answered: float | None) -> None:
    text = phrases(schedule.case_text.language)
    question = Question(officer=schedule.officer, body=schedule.case_text.say(text.question))
    schedule.office(_after(start, asked), question)
    if answered is None:
        schedule.night(NIGHTS_TO_RESUME)
        schedule.last += timedelta(days=NIGHTS_TO_RESUME)
    else:
        schedule.home(
            _after(start, answered), CitizenMessage(body=schedule.case_text.say(text.answer))
        )
        _send_along(schedule, FILE_WITH_ANSWER)


def _announce(schedule: CaseSchedule, start: datetime, phase: Phase, *, is_long: bool) -> None:
    """Add an interim reply if the phase has one, or at random to a long phase."""
    # With the case's generator, these values would change all later random values of the case.
    luck = Random(f"{schedule.case} {start.isoformat()}")  # noqa: S311
    is_long = is_long and (phase.ended is None or phase.ended > MIN_LONG)
    announced = phase.announced
    if announced is None and is_long and luck.random() < ANNOUNCES:
        announced = luck.uniform(MIN_ANNOUNCED, MIN_LONG - 1)
    if announced is None:
        return
    at = _after(start, announced)
    until = clock.civil_day(max(at, schedule.last)) + timedelta(days=luck.choice(ANNOUNCED_DAYS))
    draft = words.interim(schedule.case_text, until=until, luck=luck)
    schedule.office(at, InterimReply(officer=schedule.officer, draft=draft))


def _end(
    schedule: CaseSchedule, start: datetime, phase: Phase, *, again: bool, is_last: bool
) -> None:
    assert phase.ended is not None  # noqa: S101  # the caller has looked
    at, case_text = _after(start, phase.ended), schedule.case_text
    outcome: Outcome | None = phase.outcome
    # With the case's generator, this code would change all later random values of the case.
    luck, promised_on = Random(f"{schedule.case} {schedule.last.isoformat()}"), None  # noqa: S311
    if phase.ending == Ending.WITHDRAWAL:
        schedule.home(at, Withdrawal())
        return
    if phase.ending == Ending.REFUSAL:
        outcome = None
        schedule.office(
            at,
            Refusal(
                officer=schedule.officer,
                draft=words.refusal_text_of(case_text),
                bodies=(case_text.place.division, case_text.place.commune),
            ),
        )
    else:
        draft = (words.second_reply if again else words.reply)(case_text, phase.outcome)
        draft = _with_day(draft, luck, on=clock.civil_day(max(at, schedule.last)))
        promised_on = draft.promised_on
        schedule.office(at, Reply(officer=schedule.officer, draft=draft))
    schedule.night(NIGHTS_TO_CLOSE)
    if phase.rated_after is not None:
        waited = (schedule.last - start) / timedelta(days=1)
        mark = words.rating(case_text, outcome=outcome, waited_days=waited)
        schedule.home(_after(schedule.last, phase.rated_after), Rating(draft=mark))
    if promised_on is not None and is_last:
        _answer_promise(schedule, luck, promised_on)


def _with_day(draft: ReplyDraft, luck: Random, *, on: date) -> ReplyDraft:
    """Return the reply; a promise gets a day or is marked as carried out."""
    if draft.outcome not in PROMISES or not draft.remedy:
        return draft
    if luck.random() >= NAMES_A_DAY:
        return replace(draft, is_done=True)
    return replace(draft, promised_on=on + timedelta(days=luck.randint(7, 60)))


def _answer_promise(schedule: CaseSchedule, luck: Random, promised_on: date) -> None:
    """Add the upkeep that asks about the promise, and at random the citizen's answer."""
    midnight = datetime.combine(promised_on, time(), tzinfo=clock.NATIONAL_ZONE)
    schedule.upkeep(promised_on + timedelta(days=1))
    if luck.random() < SAYS_SOMETHING:
        answer = PromiseAnswer(kept=luck.random() < WAS_KEPT)
        schedule.home(midnight + timedelta(days=luck.randint(1, 9)), answer)


def _reopen(schedule: CaseSchedule, after: float, second: Phase | None) -> None:
    text = phrases(schedule.case_text.language)
    replied = next(
        (act.at for act in reversed(schedule.acts) if isinstance(act.action, Reply | Refusal)), None
    )
    if replied is None:
        return
    schedule.home(_after(replied, after), Reopening(body=schedule.case_text.say(text.reopen)))
    schedule.officer = (schedule.officer + 1) % schedule.officers
    if second is not None:
        _phase(schedule, second, talkative=False, again=True, is_last=True)


def _after(start: datetime, days: float) -> datetime:
    return start + timedelta(days=days)
