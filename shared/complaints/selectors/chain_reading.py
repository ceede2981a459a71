"""Parser of stored chains of custody; an agency's database role may have stored any JSON."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Any

from shared.complaints.enums import EventKind, Outcome, Status
from shared.complaints.types.custody import HeldEvent, Holding
from shared.kernel import clock
from shared.kernel.actors import ActorKind

_KINDS = frozenset(EventKind.values)
_STATUSES = frozenset(Status.values)
_OUTCOMES = frozenset({"", *Outcome.values})
_ACTORS = frozenset(kind.value for kind in ActorKind)
MAX_CODE_LENGTH = 50

logger = logging.getLogger(__name__)


def chain_read(stored: object) -> tuple[Holding, ...]:
    """Return the holdings of a stored chain; an invalid holding is left out and logged."""
    if not isinstance(stored, list):
        return ()
    found = [_holding(one) for one in stored]
    if None in found:
        logger.warning("a chain of custody has %d parts that are none", found.count(None))
    return tuple(one for one in found if one is not None)


def _holding(stored: Any) -> Holding | None:
    try:
        found = Holding.from_json(stored)
        return found if _fits(found) else None
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _fits(one: Holding) -> bool:
    return (
        isinstance(one.agency_code, str)
        and 0 < len(one.agency_code) <= MAX_CODE_LENGTH
        and _are_moments([one.since, one.until, *one.accesses])
        and _are_moments([*one.oversight_accesses, *one.oversight_file_reads])
        and one.since <= one.until
        and all(map(_is_event, one.events))
    )


def _is_event(one: HeldEvent) -> bool:
    return (
        one.kind in _KINDS
        and one.status in _STATUSES
        and one.outcome in _OUTCOMES
        and one.actor_kind in _ACTORS
        and one.resolved in (None, True, False)
        and (one.handling is None or one.handling in range(1, 6))
        and isinstance(one.same_officer, bool)
        and _are_moments([one.at])
        and (one.until is None or clock.FIRST_DAY <= one.until <= clock.LAST_DAY)
    )


def _are_moments(moments: Collection[datetime]) -> bool:
    # Comparing a moment without a zone raises TypeError, so the holding is invalid.
    return all(clock.FIRST_MOMENT <= one <= clock.LAST_MOMENT for one in moments)
