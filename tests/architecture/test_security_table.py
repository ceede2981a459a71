"""docs/security.md says how every control of ASVS 5.0, levels 1 and 2, stands: once, and true."""

import re
from collections import Counter

import pytest

from tests.architecture.citations import ROOT, citations, lost_links, missing

PAGE = ROOT / "docs" / "security.md"
# Section: the controls of levels 1 and 2 in it. The other numbers are of level 3.
CONTROLS = """
    1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1
    3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2 4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4
    5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4
    7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1
    9.1:1-3 9.2:1-4 10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3
    11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1 12.1:1-3 12.2:1-2 12.3:1-4
    13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3 15.3:1-7
    16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1-1 17.2:1-4 17.3:1-2
"""
STATES = {"met", "argued", "not met"}
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|", 3))
    for line in PAGE.read_text().splitlines()
    if re.match(r"\| \d", line)
]


def controls() -> list[str]:
    """The numbers, in their order."""
    return [
        f"{section}.{number}"
        for section, first, last in re.findall(r"(\d+\.\d+):(\d+)-(\d+)", CONTROLS)
        for number in range(int(first), int(last) + 1)
    ]


def test_every_control_stands_in_the_table_once_and_in_its_place():
    assert len(controls()) == 253
    assert [number for number, *_rest in ROWS] == controls()


def test_every_state_is_one_of_three():
    assert {state for _number, _about, state, _why in ROWS} <= STATES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_met_names_a_test_and_all_else_says_why(row):
    number, about, state, why = row

    assert about, f"{number} says not what it is about"
    if state == "met":
        assert citations(why), f"{number} is met by nothing that could fail"
    else:
        # A sentence, and not a remark.
        assert re.search(r"^\S.{15,}\.$", why), f"{number} says not why: {why}"


def test_what_is_named_is_there_and_runs():
    pages = [PAGE, *sorted((ROOT / "docs" / "security").glob("*.md"))]

    assert {page.name: missing(page.read_text()) for page in pages} == {
        page.name: [] for page in pages
    }
    assert {page.name: lost_links(page) for page in pages} == {page.name: [] for page in pages}


def test_the_page_counts_right():
    counted = Counter(state for _number, _about, state, _why in ROWS)

    assert f"{counted['met']} met, {counted['argued']} argued, {counted['not met']} not met" in (
        PAGE.read_text()
    )
