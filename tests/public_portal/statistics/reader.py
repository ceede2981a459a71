"""A stranger who writes every published number down as a sum over unknown counts, and solves it."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from shared.figures.small_cell_suppression import is_small

# What can happen to one request, as far as some figure tells it apart.
WAITING, QUICK, LATE, REFUSED = "open", "answered", "answered late", "refused"
WITHDRAWN, TRANSFERRED, REOPENED = "withdrawn", "transferred", "re-opened"
PLEASED, UNHAPPY = "resolved", "not resolved"
CONTESTED, REVERSED = "refused and re-opened", "refused and answered later"
REFUSALS = (REFUSED, CONTESTED, REVERSED)
FATES = (
    WAITING, QUICK, LATE, WITHDRAWN, TRANSFERRED, REOPENED, PLEASED, UNHAPPY, *REFUSALS,
)  # fmt: skip
REASONED = (QUICK, REOPENED, PLEASED, UNHAPPY)
IN_TIME = (*REASONED, *REFUSALS)
ANSWERED = (QUICK, LATE, REOPENED, PLEASED, UNHAPPY)
REPLIED = (*ANSWERED, *REFUSALS)
GONE = (WITHDRAWN, TRANSFERRED)
RATED = (PLEASED, UNHAPPY)
# What points at a person (decision 28).
GUARDED = {
    "answered": ANSWERED,
    "inadmissible": REFUSALS,
    "withdrawn": (WITHDRAWN,),
    "transferred": (TRANSFERRED,),
    "reopened": (REOPENED, CONTESTED, REVERSED),
    "refused_reopened": (CONTESTED, REVERSED),
    "refused_reversed": (REVERSED,),
    "response": RATED,
    "resolved": (PLEASED,),
}
KINDS = ("complaint", "observation", "proposal")
TERM = timedelta(days=60)
WORLDS = 12
# No count that is worth guarding is nearly so large; a world without an end has no cheapest one.
MOST = 1_000


class Atom(NamedTuple):
    """Requests that no published figure tells apart."""

    agency: str
    office: str
    kind: str
    month: date
    fate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose figures an answer gives; an empty word stands for all."""

    first: date
    last: date
    agency: str = ""
    kind: str = ""
    office: str = ""

    def holds(self, atom: Atom) -> bool:
        """Whether the requests are counted in it."""
        return (
            self.first <= atom.month <= self.last
            and self.agency in ("", atom.agency)
            and self.kind in ("", atom.kind)
            and self.office in ("", atom.office)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One published figure."""

    measure: str
    value: float | None
    n: int | None = None


class What(NamedTuple):
    """Which requests of a scope a number counts."""

    fates: Collection[str]
    kinds: Collection[str] = KINDS
    is_due: bool = False


Sum = tuple[What, int]
WHOLE = {
    "received": What(FATES),
    "replied": What(REPLIED),
    "open": What((WAITING,)),
    "answered": What(ANSWERED),
    "inadmissible": What(REFUSALS),
    "withdrawn": What((WITHDRAWN,)),
    "transferred": What((TRANSFERRED,)),
    "complaints": What(FATES, KINDS[:1]),
    "overdue": What((WAITING,), KINDS[:1], is_due=True),
}
ALL_COMPLAINTS = What(FATES, KINDS[:1])
# On which requests a share rests, and which it counts.
SHARES = {
    "in_time": (
        What(set(FATES) - set(GONE), KINDS[:1], is_due=True),
        What(IN_TIME, KINDS[:1], is_due=True),
    ),
    "reasoned_in_time": (
        What(set(FATES) - set(GONE), KINDS[:1], is_due=True),
        What(REASONED, KINDS[:1], is_due=True),
    ),
    "refused": (What(REPLIED), What(REFUSALS)),
    "refused_reopened": (What(REFUSALS), What((CONTESTED, REVERSED))),
    "refused_reversed": (What(REFUSALS), What((REVERSED,))),
    "reasoned_by_60": (ALL_COMPLAINTS, What(REASONED, KINDS[:1])),
    "reopened": (What(REPLIED), What((REOPENED, CONTESTED, REVERSED))),
    "response": (What(REPLIED), What(RATED)),
    "resolved": (What(RATED), What((PLEASED,))),
    **{f"answered_by_{day}": (ALL_COMPLAINTS, What(IN_TIME, KINDS[:1])) for day in (15, 30, 60)},
}


class Cell(NamedTuple):
    """A small count that points at somebody: in which scope, its name, of which atoms."""

    asked: Asked
    name: str
    places: list[int]
    value: int


class Reader:
    """What is known of the counts, and what follows from it."""

    def __init__(self, *, atoms: Iterable[Atom], filed: dict[date, date], today: date) -> None:
        """``filed`` says on which day the requests of a month were filed."""
        self.atoms, self.filed, self.today = list(atoms), filed, today
        self.sums: dict[frozenset[int], int] = {}

    def told(self, asked: Asked, figures: Iterable[Told]) -> None:
        """Note what an answer says."""
        held = [place for place, atom in enumerate(self.atoms) if asked.holds(atom)]
        for one in figures:
            for what, count in self._sums(one, held):
                self._note(count, (place for place in held if self._is(what, self.atoms[place])))

    def waited(self, asked: Asked, day: int, at_risk: int) -> None:
        """Note how many complaints waited so long, where all could."""
        held = [place for place, atom in enumerate(self.atoms) if asked.holds(atom)]
        complaints = [place for place in held if self.atoms[place].kind == "complaint"]
        if all(self._is_due(self.atoms[place]) for place in complaints) and day > 10:
            fates = (WAITING, LATE)
            self._note(at_risk, (p for p in complaints if self.atoms[p].fate in fates))

    def determined(self, cells: Sequence[Cell]) -> list[Cell]:
        """Which of these counts have no other value in any world that is published alike.

        One such world settles many counts at once, so a few drawn at random come first.
        """
        draw = np.random.default_rng(1)
        for _ in range(WORLDS):
            world = self._world(draw.normal(size=len(self.atoms)))
            cells = [cell for cell in cells if sum(world[cell.places]) == cell.value]
        return [cell for cell in cells if self._has_one_value(cell)]

    def _has_one_value(self, cell: Cell) -> bool:
        costs = np.zeros(len(self.atoms))
        costs[cell.places] = 1
        ends = {sum(self._world(sign * costs)[cell.places]) for sign in (1, -1)}
        return ends == {cell.value}

    def _world(self, costs: NDArray[np.float64]) -> NDArray[np.int64]:
        """The whole counts, none below zero, that fit all that is known and cost least."""
        found = milp(
            costs,
            integrality=np.ones(len(self.atoms)),
            bounds=Bounds(0, MOST),
            constraints=self._known,
        )
        assert found.success, found.message
        world: NDArray[np.int64] = np.rint(found.x).astype(np.int64)
        return world

    @property
    def _known(self) -> LinearConstraint:
        rows: list[int] = []
        columns: list[int] = []
        for number, places in enumerate(self.sums):
            rows += [number] * len(places)
            columns += places
        values = np.fromiter(self.sums.values(), float)
        shape = (len(self.sums), len(self.atoms))
        matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
        return LinearConstraint(matrix, values, values)

    def _note(self, count: int, places: Iterable[int]) -> None:
        found = frozenset(places)
        if found:
            assert self.sums.setdefault(found, count) == count, [self.atoms[p] for p in found]

    def _is(self, what: What, atom: Atom) -> bool:
        fits = atom.fate in what.fates and atom.kind in what.kinds
        return fits and (not what.is_due or self._is_due(atom))

    def _is_due(self, atom: Atom) -> bool:
        return self.filed[atom.month] < self.today - TERM

    def _sums(self, one: Told, held: list[int]) -> Iterator[Sum]:
        """Of which requests the figure gives the sum, and the sum."""
        if one.measure in WHOLE and one.value is not None:
            yield WHOLE[one.measure], round(one.value)
        if one.measure not in SHARES or one.value is None or one.n is None:
            return
        whole, part = SHARES[one.measure]
        yield whole, one.n
        # Where some still wait for their day, the share is estimated: it tells of no count.
        complaints = [self.atoms[p] for p in held if self.atoms[p].kind == KINDS[0]]
        if "_by_" not in one.measure or all(map(self._is_due, complaints)):
            yield part, round(one.value * one.n)


def told_in_file(text: str) -> dict[str, list[Told]]:
    """The figures of a CSV file by their group."""
    found: dict[str, list[Told]] = {}
    for row in csv.DictReader(text.removeprefix("\ufeff").splitlines()):
        value, n = (row[name] or None for name in ("value", "n"))
        one = Told(
            measure=row["measure"],
            value=float(value) if value else None,
            n=int(n) if n else None,
        )
        found.setdefault(row["group"], []).append(one)
    return found


def told_to_programmes(figures: dict[str, dict[str, float]]) -> list[Told]:
    """The figures of an answer of the REST interface."""
    return [Told(measure=name, value=one["value"], n=one["n"]) for name, one in figures.items()]  # type: ignore[arg-type]


def guarded_cells(counts: dict[Atom, int], scopes: Iterable[Asked]) -> Iterator[Cell]:
    """Every small count that points at somebody."""
    atoms = list(counts)
    for asked, (name, fates) in product(scopes, GUARDED.items()):
        held = [p for p, atom in enumerate(atoms) if atom.fate in fates and asked.holds(atom)]
        count = sum(counts[atoms[place]] for place in held)
        if is_small(count):
            yield Cell(asked, name, held, count)
