"""Types of jobs for the pages that show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.jobs.enums import ENDED, JobState, StepMark
from shared.ui.types import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSummary:
    """A job for display; ``step`` is the name of the current step, ``steps`` of all steps."""

    id: UUID
    kind: str
    schema_name: str
    subject: str
    state: JobState
    steps: tuple[str, ...]
    step: str
    done: int
    total: int
    fault: str
    fault_text: str
    result: dict[str, object]
    asked_by: str
    is_cancel_asked: bool
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_ended(self) -> bool:
        """Return whether the job is done, failed or cancelled."""
        return self.state in ENDED

    @property
    def percent(self) -> int:
        """Return the progress of the job in percent."""
        if self.state is JobState.DONE:
            return 100
        if not self.steps or self.step not in self.steps:
            return 0
        within = self.done / self.total if self.total else 0.0
        return int(100 * (self.steps.index(self.step) + min(within, 1.0)) / len(self.steps))

    def seconds_left(self, *, at: datetime) -> int | None:
        """Return the estimated seconds until the job ends, or ``None`` without an estimate."""
        if self.state is not JobState.RUNNING or self.started_at is None or self.percent < 5:
            return None
        spent = (at - self.started_at).total_seconds()
        return max(1, round(spent * (100 - self.percent) / self.percent))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStep:
    """A step of a job for display; ``note`` is its progress, for example "3 of 10"."""

    label: str
    mark: StepMark
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDetail:
    """A job for display.

    ``url`` is the address that the page polls; blank when the job has ended. ``say`` is the text
    for a screen reader after a change. A blank ``cancel_url`` or ``retry_url`` means no button.
    """

    id: str
    kind: str
    state: str
    tone: Tone
    percent: int
    steps: tuple[JobStep, ...]
    left: str
    say: str
    refusal: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    is_ended: bool
    is_failed: bool
    is_cancelling: bool
    url: str = ""
    cancel_url: str = ""
    retry_url: str = ""
