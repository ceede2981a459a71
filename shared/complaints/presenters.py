"""Texts of replies, refusals and interim replies that the citizen reads."""

from datetime import date

from django.utils.translation import gettext as _, override

from shared.complaints.enums import NOT_FULLY_UPHELD, PROMISES, Ground, LetterSection
from shared.complaints.types import DirectionDraft, InterimDraft, RefusalDraft, ReplyDraft
from shared.kernel.legal_deadline import REOPEN_DAYS
from shared.ui.dates import day_text


def reply_text(*, draft: ReplyDraft, language: str, is_second: bool) -> str:
    """Return the text of a reasoned reply in the citizen's language, with the next recourse.

    ``is_second``: the case was re-opened before this reply.
    """
    with override(language):
        sections = [
            (LetterSection.FACTS, draft.facts),
            (LetterSection.RULE, draft.rule),
            (LetterSection.DECISION, draft.decision),
            (LetterSection.REMEDY, _remedy(draft, language=language)),
            (LetterSection.ACT_NUMBER, draft.act_number),
            (
                LetterSection.RECOURSE,
                _recourse(is_review=is_second and draft.outcome in NOT_FULLY_UPHELD),
            ),
        ]
        return _sections_text(sections)


def refusal_text(*, draft: RefusalDraft, language: str, is_second: bool) -> str:
    """Return the text of a refusal: ground, explanation, where to turn, next recourse."""
    with override(language):
        sections = [
            (LetterSection.GROUND, _ground_text(draft.ground)),
            (LetterSection.EXPLANATION, draft.explanation),
            (LetterSection.WHERE_TO_TURN, draft.way_on),
            (LetterSection.RECOURSE, _recourse(is_review=is_second, is_refusal=True)),
        ]
        return _sections_text(sections)


def direction_text(*, draft: DirectionDraft, language: str, is_second: bool) -> str:
    """Return the text of a refusal that names the competent body, as decree 2.17.265 requires."""
    with override(language):
        sections = [
            (LetterSection.COMPETENT_BODY, draft.organisation.text(language)),
            (LetterSection.GROUND, _ground_text(draft.ground)),
            (LetterSection.EXPLANATION, draft.explanation),
            (LetterSection.HOW_TO_REACH, draft.way_on),
            (LetterSection.RECOURSE, _recourse(is_review=is_second, is_refusal=True)),
        ]
        return _sections_text(sections)


def _remedy(draft: ReplyDraft, *, language: str) -> str:
    """Return the text of what will be done, with the promised day or that nothing is left to do."""
    lines = [draft.remedy]
    if draft.outcome in PROMISES and draft.promised_on:
        day = day_text(draft.promised_on, language=language)
        lines.append(_("It will be done by %(day)s at the latest.") % {"day": day})
    elif draft.outcome in PROMISES and draft.is_done:
        lines.append(_("According to the administration, nothing is left to be done."))
    return "\n".join(filter(None, lines))


def interim_text(*, draft: InterimDraft, language: str, due_on: date | None) -> str:
    """Return the text of an interim reply, with the announced day. If ``due_on`` is given, the text
    says that the legal term does not change.
    """
    with override(language):
        sections = [
            (LetterSection.DONE, draft.done),
            (LetterSection.DELAY, draft.delay),
            (LetterSection.NEW_DATE, _new_date(draft.until, due_on)),
        ]
        return _sections_text(sections)


def _new_date(until: date, due_on: date | None) -> str:
    announced = _("The administration announces its reply for %(day)s at the latest.") % {
        "day": day_text(until)
    }
    if due_on is None:
        return announced
    kept = _(
        "The legal deadline, %(day)s, is not moved. Once it has passed, you may ask national "
        "oversight for a review. You may also turn to the Mediator of the Kingdom at any time."
    ) % {"day": day_text(due_on)}
    return f"{announced} {kept}"


def _ground_text(ground: Ground) -> str:
    return f"{Ground(ground).label}.\n{Ground(ground).legal_basis}"


def _recourse(*, is_review: bool, is_refusal: bool = False) -> str:
    if is_review:
        return _(
            "Your request has been examined twice. Within %(days)d days of this reply you may ask "
            "national oversight to review it. "
            "You may also turn to the Mediator of the Kingdom at any time."
        ) % {"days": REOPEN_DAYS}
    if is_refusal:
        return _(
            "Within %(days)d days of this reply you may re-open your request, or ask national "
            "oversight to review this refusal. "
            "You may also turn to the Mediator of the Kingdom at any time."
        ) % {"days": REOPEN_DAYS}
    return _(
        "You may re-open your request within %(days)d days of this reply. "
        "You may also turn to the Mediator of the Kingdom at any time."
    ) % {"days": REOPEN_DAYS}


def _sections_text(sections: list[tuple[LetterSection, str]]) -> str:
    return "\n\n".join(f"{section.label}\n{text}" for section, text in sections if text)
