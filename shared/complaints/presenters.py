"""Write a reply and a refusal as the citizen reads them."""

from django.utils.translation import gettext as _, override

from shared.complaints.enums import NOT_FULLY_UPHELD, PROMISES, Ground, LetterSection
from shared.complaints.types import DirectionDraft, RefusalDraft, ReplyDraft
from shared.kernel.legal_deadline import REOPEN_DAYS
from shared.ui.dates import day_text


def reply_text(*, draft: ReplyDraft, language: str, is_second: bool) -> str:
    """The reasoned reply as the citizen reads it, in their language, with the next recourse.

    ``is_second``: the case was opened again before.
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
    """The refusal as the citizen reads it: ground, explanation, where to turn."""
    with override(language):
        sections = [
            (LetterSection.GROUND, str(Ground(draft.ground).label)),
            (LetterSection.EXPLANATION, draft.explanation),
            (LetterSection.WHERE_TO_TURN, draft.way_on),
            (LetterSection.RECOURSE, _recourse(is_review=is_second)),
        ]
        return _sections_text(sections)


def direction_text(*, draft: DirectionDraft, language: str, is_second: bool) -> str:
    """The letter that names the competent body, as the citizen reads it (decree 2.17.265)."""
    with override(language):
        sections = [
            (LetterSection.COMPETENT_BODY, draft.organisation.text(language)),
            (LetterSection.EXPLANATION, draft.explanation),
            (LetterSection.HOW_TO_REACH, draft.way_on),
            (LetterSection.RECOURSE, _recourse(is_review=is_second)),
        ]
        return _sections_text(sections)


def _remedy(draft: ReplyDraft, *, language: str) -> str:
    """What will be done, and by when: the day that the citizen is asked about."""
    lines = [draft.remedy]
    if draft.outcome in PROMISES and draft.promised_on:
        day = day_text(draft.promised_on, language=language)
        lines.append(_("It will be done by %(day)s at the latest.") % {"day": day})
    elif draft.outcome in PROMISES and draft.is_done:
        lines.append(_("According to the administration, nothing is left to be done."))
    return "\n".join(filter(None, lines))


def _recourse(*, is_review: bool) -> str:
    if is_review:
        return _(
            "Your request has been examined twice. Within %(days)d days of this reply you may ask "
            "national oversight to review it. "
            "You may also turn to the Mediator of the Kingdom at any time."
        ) % {"days": REOPEN_DAYS}
    return _(
        "You may re-open your request within %(days)d days of this reply. "
        "You may also turn to the Mediator of the Kingdom at any time."
    ) % {"days": REOPEN_DAYS}


def _sections_text(sections: list[tuple[LetterSection, str]]) -> str:
    return "\n\n".join(f"{section.label}\n{text}" for section, text in sections if text)
