"""Drafts of an officer's decisions, part by part, and of interim replies."""

from dataclasses import dataclass
from datetime import date

from shared.complaints.enums import Ground, Outcome
from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDraft:
    """A reasoned reply: the facts, the rule, the decision, and what will be done.

    ``act_number``: the number of the act that carries the decision out (a letter, an order, a
    contract). ``promised_on``: the day by which the decision will be carried out, or ``None``.
    ``is_done``: the decision is already carried out. The text of the reply has ``promised_on`` or
    ``is_done`` only if the outcome upholds the request fully or partly.
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
    """A refusal: its legal ground, the explanation, and where the citizen can turn (``way_on``).

    If the ground requires the name of the competent body, the draft must be a ``DirectionDraft``.
    """

    ground: Ground
    explanation: str
    way_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionDraft:
    """A refusal that names the competent body: its code, its names, the reason, how to reach the
    body.

    ``organisation_code`` is blank for a body that is not in the directory. ``way_on`` says how to
    reach the body, also without the portal.
    """

    organisation_code: str
    organisation: Wording
    explanation: str
    way_on: str
    ground: Ground = Ground.NOT_COMPETENT


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimDraft:
    """An interim reply: what was done so far, why the reply takes longer, and the announced day."""

    done: str
    delay: str
    until: date
