"""The bodies with an agency in the demonstration, with their counts of cases and speed.

The speeds are invented and are no statement about the real bodies.
"""

from dataclasses import dataclass
from itertools import pairwise

from shared.directory.enums import OrganisationKind
from shared.directory.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """The parameters of the log-normal distribution of an agency's days to a reply.

    ``lost`` is the share of cases that take six times as long; ``refused`` is the percentage of
    refused cases.
    """

    median: float
    spread: float
    lost: float
    refused: int = 8


FAST = Workload(median=9, spread=0.6, lost=0.01)
# A fast agency that refuses about half of its cases.
REFUSING = Workload(median=7, spread=0.6, lost=0.01, refused=48)
USUAL = Workload(median=23, spread=0.7, lost=0.06)
SLOW = Workload(median=48, spread=0.6, lost=0.12)

# Code of an organisation, which is also its agency's code -> count of cases among 600.
WEIGHTS = {
    "health": 90,
    "interior": 120,
    "education": 55,
    "justice": 18,
    "equipment-water": 45,
    "dgi": 32,
    "cnss": 65,
    "ancfcc": 40,
    "onee": 75,
    "narsa": 25,
    "anapec": 15,
    "barid-al-maghrib": 20,
}
OTHER_WEIGHT = 15
# The code of the orientation desk.
ORIENTATION = "orientation"
ORIENTATION_WEIGHT = 6
FEW = 3
# Agencies that must exist before the site opens; the site can be used before other agencies exist.
FIRST = ("health", "interior", "education", ORIENTATION)
PACES = {"cnss": FAST, "onee": SLOW, "ancfcc": REFUSING}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBody:
    """A body that gets an agency, with the agency's count of cases."""

    code: str
    cases: int

    @property
    def is_first(self) -> bool:
        """Return whether the agency must exist when the site opens."""
        return self.code in FIRST

    @property
    def workload(self) -> Workload:
        """Return the workload of the agency."""
        return PACES.get(self.code, USUAL)


def demo_bodies(*, agencies: int, complaints: int) -> list[DemoBody]:
    """Return ``agencies`` bodies with ``complaints`` cases in all.

    With four or more agencies, the last agency is the orientation desk, because requests to bodies
    without an agency need an orientation desk.
    """
    codes = list(WEIGHTS)[:agencies]
    if agencies > FEW:
        codes = [*codes[: agencies - 1], ORIENTATION]
    codes += _further_codes(agencies - len(codes))
    return [
        DemoBody(code=code, cases=cases)
        for code, cases in zip(codes, _shares(codes, complaints), strict=True)
    ]


def _further_codes(number: int) -> list[str]:
    kinds = (OrganisationKind.MINISTRY, OrganisationKind.INSTITUTION)
    rows = Organisation.objects.filter(kind__in=kinds, is_active=True, accepts=True)
    others = rows.exclude(code__in=WEIGHTS).order_by("-kind", "pk")
    return list(others.values_list("code", flat=True)[:number])


def _shares(codes: list[str], complaints: int) -> list[int]:
    known = {**WEIGHTS, ORIENTATION: ORIENTATION_WEIGHT}
    weights = [known.get(code, OTHER_WEIGHT) for code in codes]
    total = sum(weights)
    # Differences of rounded partial sums add up to ``complaints``; rounded shares might not.
    bounds = [0]
    for position in range(1, len(weights) + 1):
        bounds.append(round(complaints * sum(weights[:position]) / total))
    return [after - before for before, after in pairwise(bounds)]
