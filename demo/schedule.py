"""From a course in days to acts at moments: officers at work, citizens at any hour."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from demo import case_texts as words
from demo.actions import (
    Act,
    AgencyMessage,
    Assignment,
    CitizenFile,
    CitizenMessage,
    Deed,
    Filing,
    InternalNote,
    Question,
    Rating,
    Refusal,
    Reopening,
    Reply,
    Upkeep,
    Withdrawal,
)
from demo.case_texts import Telling
from demo.fixture_files import phrases
from demo.scenarios import Course, Ending, Stay
from shared.complaints.enums import Outcome
from shared.kernel import clock

NIGHT = time(3, 0)
SATURDAY = 5
# One day more than the law's thirty, as the upkeep waits, and a question's fifteen.
NIGHTS_TO_CLOSE = clock.REOPEN_DAYS + 2
NIGHTS_TO_RESUME = 16
FILE_WITH_FILING = 0.12
FILE_WITH_ANSWER = 0.4


@dataclass(slots=True, kw_only=True)
class Diary:
    """One case's acts in order. Nothing is written that would lie in the future."""

    rng: Random
    telling: Telling
    case: int
    now: datetime
    officers: int
    last: datetime
    officer: int = 0
    over: bool = False
    acts: list[Act] = field(default_factory=list)

    def office(self, at: datetime, deed: Deed) -> None:
        """Write an act of the administration: on a working day, in working hours."""
        day = at.astimezone(clock.NATIONAL_ZONE)
        if day.weekday() >= SATURDAY:
            day += timedelta(days=7 - day.weekday())
        minutes = self.rng.randint(0, 7 * 60)
        self._write(day.replace(hour=9, minute=0) + timedelta(minutes=minutes), deed)

    def home(self, at: datetime, deed: Deed) -> None:
        """Write an act of the citizen: any day, not in the small hours."""
        day = at.astimezone(clock.NATIONAL_ZONE)
        minutes = self.rng.randint(0, 15 * 60)
        self._write(day.replace(hour=7, minute=30) + timedelta(minutes=minutes), deed)

    def night(self, nights: int) -> None:
        """Let the upkeep run on the night that many days after the last act."""
        day = self.last.astimezone(clock.NATIONAL_ZONE).date() + timedelta(days=nights)
        at = datetime.combine(day, NIGHT, tzinfo=clock.NATIONAL_ZONE)
        if not self.over and at <= self.now:
            self.acts.append(Act(at=at, case=self.case, deed=Upkeep()))

    def _write(self, at: datetime, deed: Deed) -> None:
        if at <= self.last:
            at = self.last + timedelta(minutes=self.rng.randint(15, 90))
        # Once one act lies in the future, nothing after it can have happened.
        self.over = self.over or at > self.now
        if not self.over:
            self.last = at
            self.acts.append(Act(at=at, case=self.case, deed=deed))


def diary_write(
    *,
    rng: Random,
    course: Course,
    telling: Telling,
    organisation: str,
    case: int,
    officers: int,
    filed_at: datetime,
    now: datetime,
) -> list[Act]:
    """Everything that happened to one case until ``now``, ``filed_at`` being its first moment."""
    diary = Diary(
        rng=rng,
        telling=telling,
        case=case,
        now=now,
        officers=officers,
        last=filed_at,
        officer=rng.randrange(officers),
    )
    draft = words.draft(telling, organisation=organisation)
    diary.acts.append(Act(at=filed_at, case=case, deed=Filing(draft=draft)))
    _send_along(diary, FILE_WITH_FILING)
    _stay(diary, course.first, talkative=course.talkative, again=False)
    if course.reopened_after is not None:
        _reopen(diary, course.reopened_after, course.second)
    return diary.acts


def filing_moment(*, rng: Random, ago: float, now: datetime) -> datetime:
    """A moment ``ago`` days before the end of today, in waking hours and not in the future."""
    # Not before this very minute: a run at noon and one at night would draw other histories.
    tomorrow = clock.civil_day(now) + timedelta(days=1)
    day = datetime.combine(tomorrow, time(), tzinfo=clock.NATIONAL_ZONE) - timedelta(days=ago)
    at = day.replace(hour=7, minute=30) + timedelta(minutes=rng.randint(0, 15 * 60))
    return at if at < now else now - timedelta(minutes=rng.randint(5, 90))


def by_time(acts: Iterable[Act]) -> list[Act]:
    """All acts in order of time, each night once; at the same moment an upkeep comes first."""
    nights: set[datetime] = set()
    ordered = []
    for act in sorted(acts, key=lambda act: (act.at, not isinstance(act.deed, Upkeep), act.case)):
        if isinstance(act.deed, Upkeep):
            if act.at in nights:
                continue
            nights.add(act.at)
        ordered.append(act)
    return ordered


def _stay(diary: Diary, stay: Stay, *, talkative: bool, again: bool) -> None:
    start = diary.last
    if stay.taken is None:
        return
    by_supervisor = again or diary.rng.random() < 0.7
    taking = Assignment(officer=diary.officer, by_supervisor=by_supervisor)
    diary.office(_after(start, stay.taken), taking)
    if talkative:
        _talk(diary, start, stay)
    if stay.asked is not None:
        _ask(diary, start, stay.asked, stay.question_answered)
    if stay.ended is not None:
        _end(diary, start, stay, again=again)


def _talk(diary: Diary, start: datetime, stay: Stay) -> None:
    """Notes, news and reminders, before the question: a message would answer it."""
    rng, text = diary.rng, phrases(diary.telling.language)
    until = stay.asked if stay.asked is not None else stay.ended
    long = until is None or until > 40
    if rng.random() < 0.6:
        note = InternalNote(officer=diary.officer, body=diary.telling.say(text.note))
        diary.office(diary.last, note)
    if rng.random() < 0.35:
        update = AgencyMessage(officer=diary.officer, body=diary.telling.say(text.update))
        diary.office(_after(start, (until or 12) * 0.5), update)
    if long and rng.random() < 0.7:
        nudge = CitizenMessage(body=diary.telling.say(text.nudge))
        diary.home(_after(start, rng.uniform(28, 38)), nudge)


def _send_along(diary: Diary, chance: float) -> None:
    if diary.rng.random() < chance:
        diary.home(diary.last, CitizenFile(upload=words.receipt(diary.telling)))


def _ask(diary: Diary, start: datetime, asked: float, answered: float | None) -> None:
    text = phrases(diary.telling.language)
    question = Question(officer=diary.officer, body=diary.telling.say(text.question))
    diary.office(_after(start, asked), question)
    if answered is None:
        diary.night(NIGHTS_TO_RESUME)
        diary.last += timedelta(days=NIGHTS_TO_RESUME)
    else:
        diary.home(_after(start, answered), CitizenMessage(body=diary.telling.say(text.answer)))
        _send_along(diary, FILE_WITH_ANSWER)


def _end(diary: Diary, start: datetime, stay: Stay, *, again: bool) -> None:
    assert stay.ended is not None  # noqa: S101  # the caller has looked
    at, telling = _after(start, stay.ended), diary.telling
    outcome: Outcome | None = stay.outcome
    if stay.ending == Ending.WITHDRAWAL:
        diary.home(at, Withdrawal())
        return
    if stay.ending == Ending.REFUSAL:
        outcome = None
        diary.office(at, Refusal(officer=diary.officer, draft=words.refusal(telling)))
    else:
        draft = (words.second_reply if again else words.reply)(telling, stay.outcome)
        diary.office(at, Reply(officer=diary.officer, draft=draft))
    diary.night(NIGHTS_TO_CLOSE)
    if stay.rated_after is not None:
        waited = (diary.last - start) / timedelta(days=1)
        mark = words.rating(telling, outcome=outcome, waited_days=waited)
        diary.home(_after(diary.last, stay.rated_after), Rating(draft=mark))


def _reopen(diary: Diary, after: float, second: Stay | None) -> None:
    text = phrases(diary.telling.language)
    replied = next(
        (act.at for act in reversed(diary.acts) if isinstance(act.deed, Reply | Refusal)), None
    )
    if replied is None:
        return
    diary.home(_after(replied, after), Reopening(body=diary.telling.say(text.reopen)))
    diary.officer = (diary.officer + 1) % diary.officers
    if second is not None:
        _stay(diary, second, talkative=False, again=True)


def _after(start: datetime, days: float) -> datetime:
    return start + timedelta(days=days)
