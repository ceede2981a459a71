"""A reader who subtracts everything that is published from everything else finds nobody."""

from fractions import Fraction
from itertools import product

import pytest

from shared.kernel import clock
from tests.shared.register.factories import at, registered, story

pytestmark = pytest.mark.django_db

KINDS = ("complaint", "observation", "proposal")
MONTHS = [(f"2026-{month:02}", month * 30.4 - 15) for month in range(1, 5)]
# Who withdrew what and when: one person in a month, at an office, among many.
WITHDRAWN = {
    ("roads", "complaint", 0): 6,
    ("roads", "complaint", 3): 1,
    ("water", "proposal", 2): 2,
}


@pytest.fixture
def _on_day_115():
    with clock.travel(at(115)):
        yield


@pytest.fixture
def _cases(roads, water, _on_day_115):
    for agency, kind, (month, (_name, day)) in product((roads, water), KINDS, enumerate(MONTHS)):
        gone = WITHDRAWN.get((agency.code, kind, month), 0)
        registered(
            agency,
            *[story(("received", day), ("withdrawn", day + 0.2), kind=kind) for _ in range(gone)],
            *[story(("received", day), ("answered", day + 0.2), kind=kind) for _ in range(6)],
            *[story(("received", day), kind=kind) for _ in range(7)],
        )


def periods():
    """Every period of whole months, days between them, the usual one and the year."""
    names = [name for name, _day in MONTHS]
    found = [
        {"from": f"{first}-01", "to": f"{last}-28"}
        for place, first in enumerate(names)
        for last in names[place:]
    ]
    days = [{"from": "2026-01-15", "to": f"2026-04-{day}"} for day in ("10", "11", "20")]
    return [*found, *days, {}, {"from": "2026-01-01", "to": "2026-12-31"}]


def published(client, measure):
    """What the programme interface says of a measure: of which atoms it is the sum, and the sum."""
    scopes = product(periods(), ("", "roads", "water"), ("", *KINDS))
    for period, agency, kind in scopes:
        answer = client.get("/api/v1/statistics/", {**period, "agency": agency, "kind": kind})
        told = answer.json()
        value = told["figures"].get(measure, {}).get("value")
        if value is not None:
            yield (
                [
                    (office, sort, month)
                    for office, sort, (month, _day) in product(("roads", "water"), KINDS, MONTHS)
                    if agency in ("", office)
                    and kind in ("", sort)
                    and told["date_from"][:7] <= month <= told["date_to"][:7]
                ],
                value,
            )


def space_of(sums):
    """The published sums in rows that begin with a one each, by their first atom."""
    atoms = list(product(("roads", "water"), KINDS, [name for name, _day in MONTHS]))
    rows: dict[tuple[str, str, str], dict[object, Fraction]] = {}
    for held, value in sums:
        left = reduced(
            {atom: Fraction(atom in held) for atom in atoms} | {"sum": Fraction(value)}, rows
        )
        first = next((atom for atom in atoms if left[atom]), None)
        if first is not None:
            rows[first] = {name: number / left[first] for name, number in left.items()}
    return atoms, rows


def equation(atoms, held, value):
    """That these atoms add up to the value."""
    return {atom: Fraction(atom in held) for atom in atoms} | {"sum": Fraction(value)}


def reduced(row, rows):
    """What is left of a row after taking away the others as often as they fit."""
    for first, other in rows.items():
        if row[first]:
            times = row[first]
            row = {name: number - times * other[name] for name, number in row.items()}
    return row


def worked_out(sums, held):
    """The sum of these atoms where it follows from the published ones, else nothing."""
    atoms, rows = space_of(sums)
    left = reduced(equation(atoms, held, 0), rows)
    return None if any(left[atom] for atom in atoms) else -left["sum"]


@pytest.mark.slow
@pytest.mark.usefixtures("_cases")
def test_subtracting_all_published_periods_agencies_and_kinds_finds_no_small_number(client):
    sums = list(published(client, "withdrawn"))
    offices = [("roads", "water"), ("roads",), ("water",)]
    sorts = [KINDS, *[(kind,) for kind in KINDS]]
    names = [name for name, _day in MONTHS]
    spans = [names[a : b + 1] for a in range(4) for b in range(a, 4)]

    found = {
        (office, sort, tuple(span)): worked_out(sums, set(product(office, sort, span)))
        for office, sort, span in product(offices, sorts, spans)
    }

    assert {what: value for what, value in found.items() if value and 0 < value < 5} == {}
    assert sums


@pytest.mark.usefixtures("_cases")
def test_days_inside_of_a_month_stand_for_the_whole_month_and_the_answer_says_so(client):
    told = [
        client.get("/api/v1/statistics/", {"from": "2026-01-15", "to": to}).json()
        for to in ("2026-03-10", "2026-03-11")
    ]

    assert [(one["date_from"], one["date_to"]) for one in told] == [
        ("2026-01-01", "2026-03-31")
    ] * 2
    page = client.get("/en/statistics/?from=2026-01-15&to=2026-03-10").content.decode()
    assert "Whole months are counted, here from 1 January 2026 to 31 March 2026." in page
