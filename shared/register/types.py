"""Data objects of the register: incoming events, and figures that selectors return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from shared.figures.funnel import FunnelPoint
from shared.figures.incidence import DayRange, Incidence, ShareByDay
from shared.figures.intervals import ComparisonResult, Rate
from shared.figures.refusals import Timeliness, is_mostly_refused
from shared.figures.satisfaction import Satisfaction
from shared.register.enums import Measure, Unit
from shared.ui.charts import ColumnsChart, StepsChart, Whisker

# From the first day of a month, this leads into the month eleven months before.
USUAL_DAYS = 334


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEvent:
    """One event of one case, without personal data.

    The agency is not a field: the database records in whose schema the event was written.
    ``position`` counts 1, 2, 3 within the case; position 1 is its filing. ``status`` is the status
    after the event; ``resolved`` and ``handling`` (1 to 5) are the citizen's rating; in an event
    about a promise, ``resolved`` says whether the promise was kept. ``promised_on``: the day that a
    reply names.
    """

    event_id: UUID
    reference: str
    position: int
    organisation_code: str
    kind: str
    category_code: str
    language: str
    event: str
    status: str
    at: datetime
    outcome: str = ""
    resolved: bool | None = None
    handling: int | None = None
    promised_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """The departure of a case that an agency transferred and does not have now.

    ``returned_at``: when the agency had taken the case over from other agencies, in order.
    """

    left_at: datetime
    returned_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """The result of a rebuild: events read, and agencies whose events cannot be counted.

    The rows of the agencies in ``failed`` are not changed.
    """

    events: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case, computed from its events; ``waited``: civil days, with the day of filing as 0.

    ``escalated_at``: when the late reply was escalated to national oversight, while the reply is
    owed. ``promised_on``: the day of the promise that counts. ``promise_asked``: the citizen was
    asked about the promise, or has answered unasked.
    """

    reference: str
    organisation_code: str
    kind: str
    category_code: str
    language: str
    filed_at: datetime
    filed_on: date
    status: str
    ending: str
    ended_at: datetime | None
    waited: int | None
    last_answered_at: datetime | None
    reopened_count: int
    resolved: bool | None
    handling: int | None
    rated_at: datetime | None
    refusal_reversed: bool
    escalated_at: datetime | None
    last_position: int
    promised_on: date | None = None
    promise_asked: bool = False
    promise_kept: bool | None = None


class Tally(NamedTuple):
    """Counts of cases, which can be added over counted months and single cases.

    The first five fields count every case once, by how its first wait ended: their sum is
    ``received``.
    """

    open: int = 0
    answered: int = 0
    inadmissible: int = 0
    withdrawn: int = 0
    transferred: int = 0
    complaints: int = 0
    overdue: int = 0
    due: int = 0
    in_time: int = 0
    reopened: int = 0
    responses: int = 0
    resolved: int = 0
    marks: int = 0
    marked: int = 0
    refused_in_time: int = 0
    refused_reopened: int = 0
    refused_reversed: int = 0
    promises_due: int = 0
    promises_told: int = 0
    promises_kept: int = 0

    @property
    def received(self) -> int:
        """Return the number of cases; a transferred case counts at each agency that held it."""
        return self.open + self.replied + self.withdrawn + self.transferred

    @property
    def replied(self) -> int:
        """Return the number of cases that ever had a reply, a refusal included."""
        return self.answered + self.inadmissible

    @property
    def timeliness(self) -> Timeliness:
        """Return the numbers of due complaints, of replies in time, and of refusals in time.

        A complaint is due if its 60 days have passed and it was not withdrawn or transferred
        before.
        """
        return Timeliness(due=self.due, in_time=self.in_time, refused=self.refused_in_time)

    @property
    def refusals(self) -> "RefusalFigures":
        """Return the shares of refused replies, of re-opened refusals and of reversed refusals."""
        return RefusalFigures(
            refused=Rate(successes=self.inadmissible, n=self.replied),
            reopened=Rate(successes=self.refused_reopened, n=self.inadmissible),
            reversed=Rate(successes=self.refused_reversed, n=self.inadmissible),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalFigures:
    """The shares of refusals in replies, and of re-opened and reversed refusals in refusals."""

    refused: Rate
    reopened: Rate
    reversed: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureScope:
    """The cases that are counted: filed from ``date_from`` to ``date_to``, both days included.

    ``None`` means every agency, every kind, every organisation.
    """

    date_from: date
    date_to: date
    agency_code: str | None = None
    kind: str | None = None
    organisation_code: str | None = None

    @classmethod
    def usual(cls, day: date) -> Self:
        """Return the default scope: eleven months, and the month of ``day`` until that day."""
        first = (day.replace(day=1) - timedelta(days=USUAL_DAYS)).replace(day=1)
        return cls(date_from=first, date_to=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFigures:
    """Figures on the legal clock, which only complaints have.

    ``by_day`` and ``curve`` count pending complaints as well; ``reasoned_by_60`` counts no refusal
    as an answer.
    """

    reasoned_by_60: ShareByDay
    by_day: tuple[ShareByDay, ...]
    median_days: int | None
    curve: Incidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """Counts of cases, and the shares computed from the counts.

    ``promises``: citizens' answers on whether the days named in replies were kept.
    """

    counts: Tally
    reopened: Rate
    satisfaction: Satisfaction
    promises: Satisfaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortFigures(CaseFigures):
    """The figures of the cases filed in a period, as known at ``as_of``.

    ``handling`` is the mean mark (1 to 5) of ``handling_n`` ratings.
    """

    scope: FigureScope
    as_of: datetime
    clock: ClockFigures
    handling: float | None
    handling_n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The day by which half of the complaints of a scope were answered, with its interval.

    ``median_days`` and ``median_range`` are ``None`` where fewer than half of the complaints were
    answered within the legal sixty days. ``n`` is the number of answered and waiting complaints;
    ``refused`` is the share of refusals among the replies.
    """

    scope: FigureScope
    n: int
    median_days: int | None
    median_range: DayRange | None
    refused: Rate

    @property
    def is_mostly_refused(self) -> bool:
        """Return whether more than half of the replies were refusals; shown without a number."""
        return is_mostly_refused(self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """Numbers of filed and of answered cases of a month; ``month`` is its first day."""

    month: date
    received: int
    replied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFigures(CaseFigures):
    """Figures of one agency in a comparison.

    ``stands_out``: the agency's share of refusals among its peers, if it has enough replies.
    """

    agency_code: str
    compared: ComparisonResult
    stands_out: FunnelPoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayFigures:
    """Days until half and nine tenths were answered; ``None``: more than the legal sixty days."""

    median_days: int | None
    p90_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Agencies by code, never by rank, with their average (every case has equal weight).

    ``reasoned`` is the average of answers with reasons, ``refused`` the average of refusals.
    """

    as_of: datetime
    average: Rate
    reasoned: Rate
    refused: Rate
    agencies: tuple[AgencyFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigures:
    """The national figures of the default twelve months, equal on every public page.

    ``tallies`` are the counts of each agency with a case; their sum gives ``figures``.
    """

    figures: CohortFigures
    months: tuple[MonthFigures, ...]
    tallies: Mapping[str, Tally]

    @property
    def scope(self) -> FigureScope:
        """Return the scope of the figures."""
        return self.figures.scope

    @property
    def as_of(self) -> datetime:
        """Return the moment at which the figures were counted."""
        return self.figures.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure as pages show it and as files and the API contain it.

    ``value`` is a count, a share (0 to 1, six decimals), days or a mark; ``value`` is ``None``
    where ``note`` gives the reason for a missing value. ``low`` and ``high`` are the interval,
    ``n`` the number behind the figure.
    """

    measure: Measure
    unit: Unit
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""
    text: str = ""
    interval_text: str = ""
    whisker: Whisker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines of one subject, with a title."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of one month or of one agency; ``key`` is 2026-01 or the agency's code."""

    key: str
    label: str
    lines: tuple[Line, ...]

    @property
    def by_measure(self) -> dict[str, Line]:
        """Return the lines by the names of their measures."""
        return {line.measure.value: line for line in self.lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresDetail:
    """Sections and charts of a page of figures."""

    figures: CohortFigures
    sections: tuple[Section, ...]
    months: ColumnsChart | None
    curve: StepsChart | None
