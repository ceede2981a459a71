"""Write a reply and a refusal as the citizen reads them."""

from django.utils.translation import gettext as _, override

from shared.complaints.enums import NOT_FULLY_UPHELD, Ground
from shared.complaints.types import DirectionDraft, RefusalDraft, ReplyDraft
from shared.kernel.legal_deadline import REOPEN_DAYS


def reply_text(*, draft: ReplyDraft, language: str, is_second: bool) -> str:
    """The reasoned reply as the citizen reads it, in their language, with the next recourse.

    ``is_second``: the case was opened again before.
    """
    with override(language):
        sections = [
            (_("What we found"), draft.facts),
            (_("The rule that applies"), draft.rule),
            (_("Our decision"), draft.decision),
            (_("What will be done"), draft.remedy),
            (
                _("If you are not satisfied"),
                _recourse(is_review=is_second and draft.outcome in NOT_FULLY_UPHELD),
            ),
        ]
        return _sections_text(sections)


def refusal_text(*, draft: RefusalDraft, language: str, is_second: bool) -> str:
    """The refusal as the citizen reads it: ground, explanation, where to turn."""
    with override(language):
        sections = [
            (_("Why this request cannot be examined"), str(Ground(draft.ground).label)),
            (_("Explanation"), draft.explanation),
            (_("Where you can turn"), draft.way_on),
            (_("If you are not satisfied"), _recourse(is_review=is_second)),
        ]
        return _sections_text(sections)


def direction_text(*, draft: DirectionDraft, language: str, is_second: bool) -> str:
    """The letter that names the competent body, as the citizen reads it (decree 2.17.265)."""
    with override(language):
        sections = [
            (_("The competent body"), draft.organisation.text(language)),
            (_("Explanation"), draft.explanation),
            (_("How to reach it"), draft.way_on),
            (_("If you are not satisfied"), _recourse(is_review=is_second)),
        ]
        return _sections_text(sections)


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


def _sections_text(sections: list[tuple[str, str]]) -> str:
    return "\n\n".join(f"{title}\n{text}" for title, text in sections if text)
