"""The share of satisfied citizens, and its bounds if all who did not reply had replied."""

from dataclasses import dataclass

from shared.figures.intervals import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """The share of satisfied among those who replied, and the bounds over all who were asked.

    ``lowest`` takes every silent citizen for dissatisfied, ``highest`` for satisfied; both are
    ``None`` where nobody was asked. The truth about all who were asked lies between them.
    """

    response: Rate
    satisfied: Rate
    lowest: float | None
    highest: float | None


def satisfaction(*, asked: int, responses: int, satisfied: int) -> Satisfaction:
    """Compute the satisfaction from counts of citizens, each citizen counted once.

    Raises ``ValueError`` unless the counts are nested. Source of the bounds: C. F. Manski, Partial
    Identification of Probability Distributions (2003), chapter 1 (missing outcomes, nothing assumed
    about the silent).
    """
    if not 0 <= satisfied <= responses <= asked:
        raise ValueError("the satisfied are among those who replied, and those among the asked")
    return Satisfaction(
        response=Rate(successes=responses, n=asked),
        satisfied=Rate(successes=satisfied, n=responses),
        lowest=satisfied / asked if asked else None,
        highest=(satisfied + asked - responses) / asked if asked else None,
    )
