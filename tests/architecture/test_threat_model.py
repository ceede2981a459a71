"""docs/threat-model.md: each thing that somebody cannot do names the test that holds it."""

import re

import pytest

from tests.architecture.citations import ROOT, citations, lost_links, missing

PAGE = ROOT / "docs" / "threat-model.md"
TEXT = PAGE.read_text()
PEOPLE = [
    "A stranger",
    "A citizen",
    "An agent or supervisor of an agency",
    "An administrator of an agency",
    "An analyst of national oversight",
    "An operator of the platform",
    "Who has the database (its owner, a superuser, a stolen dump)",
    "Who has the machine",
]
PARTS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_everybody_is_there():
    assert list(PARTS) == PEOPLE


@pytest.mark.parametrize("person", PARTS)
def test_it_is_said_what_they_can_and_each_cannot_names_its_test(person):
    can, _word, cannot = PARTS[person].partition("**Cannot**\n")
    lines = [line for line in cannot.splitlines() if line.startswith("- ")]

    assert re.match(r"\*\*Can\*\* .{30,}", can)
    assert len(lines) > 1
    assert [line for line in lines if not any("tests/" in one for one in citations(line))] == []


def test_what_is_named_is_there():
    assert missing(TEXT) == []
    assert lost_links(PAGE) == []


def test_it_is_read_at_one_sitting():
    assert len(TEXT.splitlines()) <= 130
