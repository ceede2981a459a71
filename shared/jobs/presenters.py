"""Texts of jobs for pages."""

from collections.abc import Mapping

from django.utils.translation import gettext as _, ngettext

from shared.jobs.enums import JobKind, JobState, StepMark
from shared.jobs.types import JobDetail, JobStep, JobSummary
from shared.kernel import clock
from shared.kernel.seams import imported, seams
from shared.ui.messages import code_message
from shared.ui.types import Tone

TONES: Mapping[JobState, Tone] = {
    JobState.QUEUED: Tone.CALM,
    JobState.RUNNING: Tone.INFO,
    JobState.FAILED: Tone.BAD,
    JobState.CANCELLED: Tone.CALM,
    JobState.DONE: Tone.OK,
}
# State of a job -> mark of the current step, or of the step at which the job stopped.
MARKS: Mapping[JobState, StepMark] = {
    JobState.QUEUED: StepMark.NEXT,
    JobState.RUNNING: StepMark.HERE,
    JobState.FAILED: StepMark.FAILED,
}
MINUTE = 60


def job_detail(
    summary: JobSummary, *, url: str = "", cancel_url: str = "", retry_url: str = ""
) -> JobDetail:
    """Return a job for a page, with texts in the active language.

    ``url`` is the address of the page. Pass ``cancel_url`` and ``retry_url`` only if the person may
    cancel or retry; an address that cannot be used in the job's state is left out.
    """
    is_failed = summary.state is JobState.FAILED
    is_cancelling = summary.is_cancel_asked and not summary.is_ended
    steps = _steps(summary)
    may_cancel = not is_cancelling and (is_failed or not summary.is_ended)
    return JobDetail(
        id=str(summary.id),
        kind=kind_text(summary.kind),
        state=_("Being cancelled") if is_cancelling else str(summary.state.label),
        tone=TONES[summary.state],
        percent=summary.percent,
        steps=steps,
        left=_left(summary),
        say=_say(summary, steps),
        refusal=code_message(summary.fault) if is_failed else "",
        # Two people decide on a deletion, and the page of the workspace names both.
        asked_by="" if summary.kind == JobKind.DESTROY else summary.asked_by,
        asked_at=summary.created_at,
        ended_at=summary.finished_at,
        is_ended=summary.is_ended,
        is_failed=is_failed,
        is_cancelling=is_cancelling,
        url="" if summary.is_ended else url,
        cancel_url=cancel_url if may_cancel else "",
        retry_url=retry_url if is_failed else "",
    )


def kind_text(kind: str) -> str:
    """Return the label of a kind of job, in the active language."""
    return str(JobKind(kind).label)


def step_text(kind: str, step: str) -> str:
    """Return the label of a step of this kind of job, in the active language."""
    return str(imported(seams().jobs[kind].steps)(step).label)


def _steps(summary: JobSummary) -> tuple[JobStep, ...]:
    reached = summary.steps.index(summary.step) if summary.step in summary.steps else 0
    return tuple(
        JobStep(
            label=step_text(summary.kind, step),
            mark=_mark(summary.state, number - reached),
            note=_note(summary) if number == reached else "",
        )
        for number, step in enumerate(summary.steps)
    )


def _mark(state: JobState, ahead: int) -> StepMark:
    if state is JobState.DONE:
        return StepMark.DONE
    if state is JobState.CANCELLED:
        # Cancelling may have undone the finished steps.
        return StepMark.DROPPED
    if ahead < 0:
        return StepMark.DONE
    return MARKS[state] if ahead == 0 else StepMark.NEXT


def _note(summary: JobSummary) -> str:
    if not summary.total or summary.state not in (JobState.RUNNING, JobState.FAILED):
        return ""
    return _("%(done)d of %(total)d") % {"done": summary.done, "total": summary.total}


def _say(summary: JobSummary, steps: tuple[JobStep, ...]) -> str:
    # A count in the text would make a screen reader read the text each second.
    if summary.state is not JobState.RUNNING or summary.step not in summary.steps:
        return str(summary.state.label)
    step = steps[summary.steps.index(summary.step)]
    return f"{step.label}: {step.mark.label}"


def _left(summary: JobSummary) -> str:
    seconds = summary.seconds_left(at=clock.now())
    if seconds is None or summary.is_cancel_asked:
        return ""
    if seconds < MINUTE:
        words = ngettext("About %(count)d second left", "About %(count)d seconds left", seconds)
        return words % {"count": seconds}
    minutes = round(seconds / MINUTE)
    words = ngettext("About %(count)d minute left", "About %(count)d minutes left", minutes)
    return words % {"count": minutes}
