"""Drafts of an officer's decisions, part by part; and of interim replies, which decide nothing."""

from dataclasses import dataclass
from datetime import date

from shared.complaints.enums import Ground, Outcome
from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """A reasoned reply: what was found, the rule, the decision, and what will be done.

    ``act_number`` names the act that carries the decision out: a letter, an order, a contract.
    ``promised_on``: the day by which it will be done; ``None`` where the reply names no day.
    ``is_done``: it is done already. Both stand in the letter only where the outcome upholds.
    """

    outcome: Outcome
    facts: str
    rule: str
    decision: str
    remedy: str = ""
    act_number: str = ""
    promised_on: date | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalDraft:
    """A refusal: its legal ground, the explanation, and (``way_on``) what to do instead.

    On a ground for which a body must be named it is a ``DirectionDraft``.
    """

    ground: Ground
    explanation: str
    way_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionDraft:
    """A letter that directs a citizen to the competent body: its code, its names, why, and how.

    ``organisation_code`` is blank for a body that is not in the directory. ``way_on`` is how to
    reach the body, also for those who do not use the portal.
    """

    organisation_code: str
    organisation: Wording
    explanation: str
    way_on: str
    ground: Ground = Ground.NOT_COMPETENT


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimDraft:
    """An interim reply: what was done so far, why the reply takes longer, and its new day."""

    done: str
    delay: str
    until: date
