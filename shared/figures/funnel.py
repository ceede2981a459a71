"""Funnel plots, which show the shares that differ from the shares of their peers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import asin, cos, erfc, pi, sin, sqrt
from statistics import NormalDist

from shared.figures.intervals import MIN_TO_JUDGE, TWO_SIGMA, Rate, pooled

# 99.8 % of a normal distribution is within this many standard deviations: the outer limits of a
# funnel plot.
Z_998 = 3.090232306167813
# A group needs at least this many peers to estimate the spread; otherwise a larger group is used.
MIN_PEERS = 10
# The least spread of true shares between bodies with different work, if the spread cannot be
# estimated.
LEAST_SPREAD = 0.05
# Of the listed shares at most this proportion is expected to be a result of chance.
MAX_FALSE_DISCOVERIES = 0.05
# At each end this proportion of values is set to the next value (winsorised), so that an outlier
# cannot hide another outlier.
WINSORISED_SHARE = 0.1
# Bodies are classed by the count of their cases, because a body is only compared with bodies of
# similar volume.
VOLUMES = (100, 1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelItem:
    """One share to be compared; ``kind`` is the kind of its body, "" if unknown."""

    key: str
    rate: Rate
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """A share and its deviation from the average of its peers, without the share itself.

    ``deviation`` is in standard deviations, from chance and from the true differences between
    peers. ``low`` and ``high`` are the 99.8 % limits for a share of its size. ``is_listed``: the
    share is above ``high``, and is no result of chance among all shares.
    """

    key: str
    rate: Rate
    average: float
    peers: int
    deviation: float
    low: float
    high: float
    is_listed: bool = False

    @property
    def is_high(self) -> bool:
        """Return whether the share is above the inner limits (two sigma)."""
        return self.deviation > TWO_SIGMA

    @property
    def is_far_above(self) -> bool:
        """Return whether the share is above the outer limits (99.8 %)."""
        return self.deviation > Z_998


def funnel(items: Iterable[FunnelItem], *, min_n: int = MIN_TO_JUDGE) -> dict[str, FunnelPoint]:
    """Compare every share of ``min_n`` cases or more with its peers; return a point for each key.

    A share without peers is left out. Peers are shares of the same kind and volume. With too few
    peers, all shares of the kind are peers; with too few again, all shares. Shares are compared on
    the scale of arc sines, where the variance by chance does not depend on the share. The true
    differences of peers are added as a variance (random effects). Time: O(n log n), and O(n²) in a
    small group. Source: D. J. Spiegelhalter, Statist. Med. 24 (2005) 1185-1202; source of
    ``is_listed``: Y. Benjamini & Y. Hochberg, J. R. Statist. Soc. B 57 (1995) 289-300.
    """
    groups = _peer_groups([item for item in items if item.rate.n >= min_n])
    found = [point for peers, members in groups for point in _points(peers, members)]
    listed = _discoveries(found)
    return {
        one.key: replace(one, is_listed=one.is_far_above and one.key in listed) for one in found
    }


def _peer_groups(
    items: Sequence[FunnelItem],
) -> Iterable[tuple[list[FunnelItem], list[FunnelItem]]]:
    """Yield each group of peers with the items to compare with the group, every item once."""
    left = list(items)
    for level in (_kind_and_volume, _kind):
        groups: dict[str, list[FunnelItem]] = {
            key: list(members) for key, members in groupby(sorted(items, key=level), level)
        }
        large = {key: members for key, members in groups.items() if len(members) >= MIN_PEERS}
        waiting = {item.key for item in left}
        for members in large.values():
            yield members, [one for one in members if one.key in waiting]
        left = [item for item in left if level(item) not in large]
    yield list(items), left


def _kind(item: FunnelItem) -> str:
    return item.kind


def _kind_and_volume(item: FunnelItem) -> str:
    return f"{item.kind} {sum(item.rate.n >= volume for volume in VOLUMES)}"


def _points(peers: list[FunnelItem], members: list[FunnelItem]) -> list[FunnelPoint]:
    if len(peers) < 2:
        return []
    whole = pooled(one.rate for one in peers)
    # In a small group one outlier would make the estimated spread of the group too large.
    spread = None if len(peers) < MIN_PEERS else _spread([one.rate for one in peers])
    found = []
    for one in members:
        others = Rate(successes=whole.successes - one.rate.successes, n=whole.n - one.rate.n)
        beside = [peer.rate for peer in peers if peer.key != one.key] if spread is None else []
        variance = max(_spread(beside), _least_spread(others)) if spread is None else spread
        found.append(_point(one, others, variance, len(peers) - 1))
    return found


def _point(item: FunnelItem, others: Rate, spread: float, peers: int) -> FunnelPoint:
    middle = _angle(others)
    sigma = sqrt(1 / (4 * item.rate.n) + 1 / (4 * others.n) + spread)
    return FunnelPoint(
        key=item.key,
        rate=item.rate,
        average=others.successes / others.n,
        peers=peers,
        deviation=(_angle(item.rate) - middle) / sigma,
        low=_share(middle - Z_998 * sigma),
        high=_share(middle + Z_998 * sigma),
    )


def _spread(rates: Sequence[Rate]) -> float:
    """Return the variance of the true shares beyond chance (method of moments, winsorised)."""
    if len(rates) < 2:
        return 0.0
    middle = _angle(pooled(rates))
    deviations = sorted((_angle(rate) - middle) * sqrt(4 * rate.n) for rate in rates)
    cut = int(WINSORISED_SHARE * len(rates))
    low, high = deviations[cut], deviations[-cut - 1]
    squares = sum(min(max(one, low), high) ** 2 for one in deviations)
    excess = squares / _winsorised_variance(cut / len(rates)) - (len(rates) - 1)
    weights = [4 * rate.n for rate in rates]
    total = sum(weights)
    scale = total - sum(weight * weight for weight in weights) / total
    return max(excess / scale, 0.0)


def _winsorised_variance(share: float) -> float:
    """Return the variance of a standard normal value, winsorised by ``share`` at each end."""
    if share == 0:
        return 1.0
    end = NormalDist().inv_cdf(1 - share)
    return 1 - 2 * share - 2 * end * NormalDist().pdf(end) + 2 * share * end * end


def _least_spread(rate: Rate) -> float:
    # The next lines convert ``LEAST_SPREAD`` to the scale of arc sines at the given share.
    share = sin(_angle(rate)) ** 2
    slope = 2 * sqrt(share * (1 - share))
    return (LEAST_SPREAD / max(slope, 2 * LEAST_SPREAD)) ** 2


def _angle(rate: Rate) -> float:
    """Return a share on the scale of arc sines, where its variance by chance is always 1/4n."""
    # Adding three eighths is good for small counts too: F. J. Anscombe, Biometrika 35 (1948)
    # 246-254.
    return asin(sqrt((rate.successes + 0.375) / (rate.n + 0.75)))


def _share(angle: float) -> float:
    # cos² of the complement is sin², exact at both ends.
    return cos(pi / 2 - min(max(angle, 0.0), pi / 2)) ** 2


def _discoveries(points: Sequence[FunnelPoint]) -> frozenset[str]:
    """Return the keys of shares above their peers; at most one in twenty is expected by chance."""
    chances: Mapping[str, float] = {one.key: erfc(one.deviation / sqrt(2)) / 2 for one in points}
    order = sorted(chances, key=lambda key: (chances[key], key))
    last = 0
    for place, key in enumerate(order, start=1):
        if chances[key] <= MAX_FALSE_DISCOVERIES * place / len(order):
            last = place
    return frozenset(order[:last])
