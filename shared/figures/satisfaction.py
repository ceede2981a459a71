"""The share of satisfied citizens, and its bounds if everybody who was asked had replied."""

from dataclasses import dataclass

from shared.figures.intervals import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """The share of satisfied citizens among those who replied, and its bounds over all asked.

    ``lowest`` counts every citizen without a reply as dissatisfied, ``highest`` as satisfied; both
    are ``None`` if nobody was asked. The true share of all who were asked is between them.
    """

    response: Rate
    satisfied: Rate
    lowest: float | None
    highest: float | None


def satisfaction(*, asked: int, responses: int, satisfied: int) -> Satisfaction:
    """Compute the satisfaction from counts of citizens, each citizen counted once.

    Raises ``ValueError`` unless ``0 <= satisfied <= responses <= asked``. Source of the bounds: C.
    F. Manski, Partial Identification of Probability Distributions (2003), chapter 1 (missing
    outcomes, nothing assumed about citizens without a reply).
    """
    if not 0 <= satisfied <= responses <= asked:
        raise ValueError("the satisfied are among those who replied, and those among the asked")
    return Satisfaction(
        response=Rate(successes=responses, n=asked),
        satisfied=Rate(successes=satisfied, n=responses),
        lowest=satisfied / asked if asked else None,
        highest=(satisfied + asked - responses) / asked if asked else None,
    )
