"""Data objects of the register: events from agencies, and figures that selectors return."""

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

# Days back from the first day of a month to a day in the month eleven months before.
USUAL_DAYS = 334


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEvent:
    """One event of one case, without personal data.

    The agency is not a field, because the database records in whose schema the event was written.
    ``position`` counts 1, 2, 3 within the case; position 1 is the filing. ``status`` is the status
    after the event; ``resolved`` and ``handling`` (1 to 5) are the citizen's rating; in an event
    about a promise, ``resolved`` says whether the promise was kept. ``promised_on``: the day that a
    reply names for the promise.
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

    ``returned_at``: the moments at which the agency took the case over from other agencies, oldest
    first.
    """

    left_at: datetime
    returned_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """The result of a rebuild: count of events, and agencies whose events cannot be counted.

    The rows of the agencies in ``failed`` are not changed.
    """

    events: int
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case, computed from its events; ``waited``: civil days at the agency to ``ended_at``.

    ``escalated_at``: when the late reply was escalated to national oversight; ``None`` after a
    reply or a re-opening. ``promised_on``: the promised day that is used for the figures.
    ``promise_asked``: the citizen was asked about the promise, or answered without a question.
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
    """Counts of cases, from rows of months and from single cases.

    Each case is in exactly one of the first five fields, by how its first wait ended: their sum is
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
        """Return the count of cases; a transferred case counts at each agency that had the case."""
        return self.open + self.replied + self.withdrawn + self.transferred

    @property
    def replied(self) -> int:
        """Return the count of cases with a reply at any time, refusals included."""
        return self.answered + self.inadmissible

    @property
    def timeliness(self) -> Timeliness:
        """Return the counts of due complaints, of replies in time, and of refusals in time.

        A complaint is due if its 60 days have passed and it was not withdrawn or transferred
        before.
        """
        return Timeliness(due=self.due, in_time=self.in_time, refused=self.refused_in_time)

    @property
    def refusals(self) -> "RefusalFigures":
        """Return the shares of refusals, of re-opened refusals and of reversed refusals."""
        return RefusalFigures(
            refused=Rate(successes=self.inadmissible, n=self.replied),
            reopened=Rate(successes=self.refused_reopened, n=self.inadmissible),
            reversed=Rate(successes=self.refused_reversed, n=self.inadmissible),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalFigures:
    """The shares of refusals among replies, and of re-opened and reversed ones among refusals."""

    refused: Rate
    reopened: Rate
    reversed: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureScope:
    """The cases to count: filed from ``date_from`` to ``date_to``, both days included.

    ``None`` means every agency, every kind or every organisation.
    """

    date_from: date
    date_to: date
    agency_code: str | None = None
    kind: str | None = None
    organisation_code: str | None = None

    @classmethod
    def usual(cls, day: date) -> Self:
        """Return the default scope: eleven whole months, and the month of ``day`` up to ``day``."""
        first = (day.replace(day=1) - timedelta(days=USUAL_DAYS)).replace(day=1)
        return cls(date_from=first, date_to=day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFigures:
    """Figures on the legal clock, which only complaints have.

    ``by_day`` and ``curve`` include pending complaints; for ``reasoned_by_60``, a refusal is no
    answer.
    """

    reasoned_by_60: ShareByDay
    by_day: tuple[ShareByDay, ...]
    median_days: int | None
    curve: Incidence


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """Counts of cases, and the shares computed from the counts.

    ``promises``: citizens' answers on whether the administration kept its promise.
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

    ``median_days`` and ``median_range`` are ``None`` if fewer than half of the complaints were
    answered within the legal sixty days. ``n`` is the count of all complaints of the scope;
    ``refused`` is the share of refusals among the replies.
    """

    scope: FigureScope
    n: int
    median_days: int | None
    median_range: DayRange | None
    refused: Rate

    @property
    def is_mostly_refused(self) -> bool:
        """Return whether more than half of the replies were refusals; pages show no number."""
        return is_mostly_refused(self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """Counts of filed and of answered cases of a month; ``month`` is the first day of the month."""

    month: date
    received: int
    replied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFigures(CaseFigures):
    """Figures of one agency in a comparison.

    ``stands_out``: the agency's share of refusals compared with its peers, if it has enough
    replies.
    """

    agency_code: str
    compared: ComparisonResult
    stands_out: FunnelPoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayFigures:
    """Days until 50 % and 90 % of complaints were answered; ``None``: more than sixty days."""

    median_days: int | None
    p90_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Figures of agencies, sorted by code, with averages over all cases of these agencies.

    ``average``: the share of due complaints with a reply in time. ``reasoned``: the share of due
    complaints answered with reasons in time. ``refused``: the share of refusals among replies.
    """

    as_of: datetime
    average: Rate
    reasoned: Rate
    refused: Rate
    agencies: tuple[AgencyFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigures:
    """The national figures of the default twelve months, for every public page.

    ``tallies`` has the counts of each agency with a case; ``figures`` is computed from their sum.
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
    """One figure, for pages, files and the REST API.

    ``value`` is a count, a share (0 to 1, six decimals), days or a mark. If ``value`` is ``None``,
    ``note`` gives the reason. ``low`` and ``high`` are the interval, ``n`` the count of cases
    behind the figure.
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
    """Lines on one subject, with a title."""

    key: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The lines of a month, an agency or a whole page; ``key``: 2026-01, agency's code or blank."""

    key: str
    label: str
    lines: tuple[Line, ...]

    @property
    def by_measure(self) -> dict[str, Line]:
        """Return the lines, keyed by the name of the measure."""
        return {line.measure.value: line for line in self.lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresDetail:
    """Sections and charts of a page of figures."""

    figures: CohortFigures
    sections: tuple[Section, ...]
    months: ColumnsChart | None
    curve: StepsChart | None
