"""Whoever solves all that is published for what is not, finds several answers for each person."""

from datetime import date, timedelta
from itertools import product
from random import Random

import pytest

from shared.directory.models import Organisation
from shared.kernel import clock
from tests.public_portal.statistics import reader as r
from tests.public_portal.statistics.reader import (
    Asked,
    Atom,
    Reader,
    Told,
    told_in_file,
    told_to_programmes,
)
from tests.shared.register.factories import NOON, at, registered, story
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db

TODAY = date(2027, 3, 25)
# Before the last twelve months, in them and in the year that is over, and the month that runs.
MONTHS = (date(2026, 2, 1), date(2026, 11, 1), date(2027, 1, 1), date(2027, 3, 1))
FILED = {month: month.replace(day=10) for month in MONTHS}
OFFICES = {"roads": ("roads", "bureau"), "water": ("water", "wells")}
# What follows the filing, and after how many days.
STORIES = {
    r.WAITING: (),
    r.QUICK: (("answered", 5),),
    r.LATE: (("answered", 70),),
    r.REFUSED: (("inadmissible", 5),),
    r.CONTESTED: (("inadmissible", 5), ("reopened", 8)),
    r.REVERSED: (("inadmissible", 5), ("reopened", 8), ("answered", 12)),
    r.WITHDRAWN: (("withdrawn", 3),),
    r.TRANSFERRED: (("transferred", 4),),
    r.REOPENED: (("answered", 5), ("reopened", 8)),
    r.PLEASED: (("answered", 5), ("rated", 6)),
    r.UNHAPPY: (("answered", 5), ("rated", 6)),
}
YEAR = {"from": "2026-01-01", "to": "2026-12-31"}


def counts_drawn(seed):
    """Many requests that wait or were answered, few of everything that people did themselves."""
    draw = Random(seed)
    return {
        Atom(agency, office, kind, month, fate): draw.choice(
            (3, 5, 8) if fate in (r.WAITING, r.QUICK) else (0, 0, 0, 1, 1, 2, 6)
        )
        for agency, offices in OFFICES.items()
        for office, kind, month, fate in product(offices, r.KINDS, MONTHS, r.FATES)
        if fate != r.LATE or FILED[month] + timedelta(days=70) < TODAY
    }


def stories_of(counts, agency):
    """The cases behind the counts."""
    for atom, count in counts.items():
        day = (FILED[atom.month] - NOON.date()).days
        for _ in range(count if atom.agency == agency.code else 0):
            yield story(
                ("received", day),
                *[(event, day + after) for event, after in STORIES[atom.fate]],
                kind=atom.kind,
                organisation_code=atom.office,
                resolved=atom.fate == r.PLEASED,
                handling=3,
            )


# One year of complaints alone: of an administration as many wait as would hide a withdrawal, and
# more than a few were passed on.
COMPLAINTS = {
    "roads": {r.QUICK: 40, r.WAITING: 4, r.WITHDRAWN: 1, r.TRANSFERRED: 9, r.REFUSED: 8},
    "water": {r.QUICK: 50, r.WAITING: 7, r.WITHDRAWN: 4, r.TRANSFERRED: 9, r.REFUSED: 9},
}


def counts_chosen():
    """Complaints alone, which all had their term, at the administrations themselves."""
    atoms = product(OFFICES.items(), r.KINDS, MONTHS, r.FATES)
    return {
        Atom(agency, offices[0], kind, month, fate): (
            COMPLAINTS[agency].get(fate, 0) if (kind, month) == (r.KINDS[0], MONTHS[1]) else 0
        )
        for (agency, offices), kind, month, fate in atoms
    }


@pytest.fixture(params=["complaints", 1, 2])
def counts(request, roads, water):
    """Requests of two administrations and four bodies, counted; today is in the last month."""
    found = counts_chosen() if request.param == "complaints" else counts_drawn(request.param)
    for agency in (roads, water):
        _own, other = OFFICES[agency.code]
        Organisation.objects.create(
            code=other, kind="other", parent=organisation_of(agency),
            name_ar=other, name_fr=other, name_en=other,
        )  # fmt: skip
        registered(agency, *stories_of(found, agency))
    with clock.travel(at((TODAY - NOON.date()).days)):
        yield found


def spans():
    """Every period of whole months that has requests of its own, the usual one and the year."""
    return [
        {},
        YEAR,
        *[
            {"from": f"{first}", "to": f"{last}"}
            for place, first in enumerate(MONTHS)
            for last in MONTHS[place:]
        ],
    ]


def asked_of(scope, **more):
    """The question that an answer belongs to."""
    chosen = {"agency": scope.agency_code or "", "kind": scope.kind or "", **more}
    return Asked(first=scope.date_from.replace(day=1), last=scope.date_to, **chosen)


def lines_told(lines):
    """The figures of a page."""
    return [Told(measure=one.measure.value, value=one.value, n=one.n) for one in lines]


def read_page(reader, page):
    """All that a page of statistics shows: its lines, its curve and months, its administrations."""
    sheet = page.context["detail"]
    asked = asked_of(sheet.figures.scope)
    reader.told(asked, [one for part in sheet.sections for one in lines_told(part.lines)])
    for group in page.context.get("agencies", ()):
        reader.told(asked_of(sheet.figures.scope, agency=group.key), lines_told(group.lines))
    waits = sheet.curve.words.twin.rows if sheet.curve else ()
    for day, _share, _interval, *at_risk in waits:
        for number in at_risk:
            reader.waited(asked, int(day), int(number))


def read_answer(reader, told):
    """All that the REST interface says."""
    asked = Asked(
        first=date.fromisoformat(told["date_from"]),
        last=date.fromisoformat(told["date_to"]),
        agency=told["agency"] or "",
        kind=told["kind"] or "",
    )
    reader.told(asked, told_to_programmes(told["figures"]))
    for group in told["groups"]:
        reader.told(part_of(asked, group["key"]), told_to_programmes(group["figures"]))


def read_file(reader, page, file):
    """All that a file says that stands under a page."""
    for key, figures in told_in_file(file.content.decode()).items():
        reader.told(part_of(asked_of(page.context["detail"].figures.scope), key), figures)


def part_of(asked, key):
    """The question about one group of an answer: a month, an administration or all."""
    if key[:2] == "20":
        month = date.fromisoformat(f"{key}-01")
        return Asked(first=month, last=month, agency=asked.agency, kind=asked.kind)
    return Asked(first=asked.first, last=asked.last, agency=key or asked.agency, kind=asked.kind)


def read_everything(client, counts):
    """Every public page, file and answer about these requests."""
    reader = Reader(atoms=counts, filed=FILED, today=TODAY)
    for span, agency, kind in product(spans(), ("", *OFFICES), ("", *r.KINDS)):
        query = {**span, "agency": agency, "kind": kind}
        page = client.get("/en/statistics/", query)
        read_page(reader, page)
        if span in ({}, YEAR):
            for group in ("month", "agency"):
                asked = {**query, "group": group}
                read_answer(reader, client.get("/api/v1/statistics/", asked).json())
                read_file(reader, page, client.get("/en/statistics/figures.csv", asked))
    for agency, offices in OFFICES.items():
        read_page(reader, client.get(f"/en/statistics/{agency}/"))
        for office in offices:
            body = client.get(f"/en/organisations/{office}/").context["body"]
            read_headline(reader, body.headline)
    read_headline(reader, client.get("/en/").context["headline"])
    return reader


def read_headline(reader, headline):
    """The few figures of the first page and of a body's."""
    asked = asked_of(headline.scope, office=headline.scope.organisation_code or "")
    reader.told(asked, lines_told(headline.lines))


def scopes():
    """Whatever somebody could be counted in: periods, administrations or bodies, kinds."""
    periods = [Asked(first=a, last=b) for p, a in enumerate(MONTHS) for b in MONTHS[p:]]
    holders = [("", ""), *[(agency, "") for agency in OFFICES]]
    holders += [(agency, office) for agency, some in OFFICES.items() for office in some]
    for one, (agency, office), kind in product(periods, holders, ("", *r.KINDS)):
        yield Asked(first=one.first, last=one.last, agency=agency, office=office, kind=kind)


@pytest.mark.slow
def test_no_small_number_follows_from_all_that_is_published(client, counts):
    reader = read_everything(client, counts)

    cells = list(r.guarded_cells(counts, scopes()))

    assert [cell[:2] for cell in reader.determined(cells)] == []
    assert cells


def test_the_reader_finds_a_number_that_is_hidden_alone():
    month = MONTHS[0]
    counts = {Atom("roads", "roads", r.KINDS[0], month, fate): 9 for fate in r.FATES}
    counts[Atom("roads", "roads", r.KINDS[0], month, r.WITHDRAWN)] = 2
    everything = Asked(first=month, last=month)
    reader = Reader(atoms=counts, filed=FILED, today=TODAY)
    shown = {"received": 92, "replied": 72, "open": 9}
    reader.told(everything, [Told(measure=name, value=value) for name, value in shown.items()])
    cells = list(r.guarded_cells(counts, [everything]))

    assert [cell.name for cell in cells] == ["withdrawn"]
    assert reader.determined(cells) == []

    reader.told(everything, [Told(measure="transferred", value=9)])

    assert reader.determined(cells) == cells
