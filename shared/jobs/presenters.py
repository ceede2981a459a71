"""Jobs put into words, for whichever page shows it."""

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
# Of the step at which the work stands, or stopped.
MARKS: Mapping[JobState, StepMark] = {
    JobState.QUEUED: StepMark.NEXT,
    JobState.RUNNING: StepMark.HERE,
    JobState.FAILED: StepMark.FAILED,
}
MINUTE = 60


def job_detail(
    look: JobSummary, *, url: str = "", cancel_url: str = "", retry_url: str = ""
) -> JobDetail:
    """A job in the active language; all of it comes from the row, nothing from memory.

    ``url`` is the address of the page that shows it. The two others are where a form cancels it and
    tries it again: give them only to people who may, the sheet leaves out what makes no sense now.
    """
    is_failed = look.state is JobState.FAILED
    is_cancelling = look.is_cancel_asked and not look.is_ended
    steps = _steps(look)
    may_cancel = not is_cancelling and (is_failed or not look.is_ended)
    return JobDetail(
        id=str(look.id),
        kind=kind_text(look.kind),
        state=_("Being cancelled") if is_cancelling else str(look.state.label),
        tone=TONES[look.state],
        percent=look.percent,
        steps=steps,
        left=_left(look),
        say=_say(look, steps),
        refusal=code_message(look.fault) if is_failed else "",
        # Of two people: the page of the workspace names who asked and who agreed.
        asked_by="" if look.kind == JobKind.DESTROY else look.asked_by,
        asked_at=look.created_at,
        ended_at=look.finished_at,
        is_ended=look.is_ended,
        is_failed=is_failed,
        is_cancelling=is_cancelling,
        url="" if look.is_ended else url,
        cancel_url=cancel_url if may_cancel else "",
        retry_url=retry_url if is_failed else "",
    )


def kind_text(kind: str) -> str:
    """What a kind of work makes, in the active language."""
    return str(JobKind(kind).label)


def step_text(kind: str, step: str) -> str:
    """The name of a step, whose enum is supplied from above."""
    return str(imported(seams().jobs[kind].steps)(step).label)


def _steps(look: JobSummary) -> tuple[JobStep, ...]:
    reached = look.steps.index(look.step) if look.step in look.steps else 0
    return tuple(
        JobStep(
            label=step_text(look.kind, step),
            mark=_mark(look.state, number - reached),
            note=_note(look) if number == reached else "",
        )
        for number, step in enumerate(look.steps)
    )


def _mark(state: JobState, ahead: int) -> StepMark:
    if state is JobState.DONE:
        return StepMark.DONE
    if state is JobState.CANCELLED:
        # What was made may have been taken back: no step may be called done.
        return StepMark.DROPPED
    if ahead < 0:
        return StepMark.DONE
    return MARKS[state] if ahead == 0 else StepMark.NEXT


def _note(look: JobSummary) -> str:
    if not look.total or look.state not in (JobState.RUNNING, JobState.FAILED):
        return ""
    return _("%(done)d of %(total)d") % {"done": look.done, "total": look.total}


def _say(look: JobSummary, steps: tuple[JobStep, ...]) -> str:
    # Without the count and the per cent, which change each second.
    if look.state is not JobState.RUNNING or look.step not in look.steps:
        return str(look.state.label)
    step = steps[look.steps.index(look.step)]
    return f"{step.label}: {step.mark.label}"


def _left(look: JobSummary) -> str:
    seconds = look.seconds_left(at=clock.now())
    if seconds is None or look.is_cancel_asked:
        return ""
    if seconds < MINUTE:
        words = ngettext("About %(count)d second left", "About %(count)d seconds left", seconds)
        return words % {"count": seconds}
    minutes = round(seconds / MINUTE)
    words = ngettext("About %(count)d minute left", "About %(count)d minutes left", minutes)
    return words % {"count": minutes}
