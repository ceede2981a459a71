"""docs/requirements.md lists the numbers of requirements that the names of tests bear."""

import re

from tests.architecture.citations import ROOT

PAGE = ROOT / "docs" / "requirements.md"
UNTESTED = "no test by number"
_DEFINED = re.compile(r"(?m)^\s*(?:async )?def (test_\w+)\(")
# ``test_c1_c16_every_page...`` bears two.
_NUMBERS = re.compile(r"test_((?:[a-z]{1,2}\d+_)+)")


def used() -> set[str]:
    """The numbers in the names of all tests."""
    names = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in _DEFINED.findall(path.read_text())
    }
    return {
        number
        for name in names
        if (found := _NUMBERS.match(name))
        for number in found[1].strip("_").split("_")
    }


def test_every_number_of_a_test_is_listed_and_every_listed_number_is_tested():
    rows = re.findall(r"(?m)^\| ([a-z]+\d+) \| (.+) \|$", PAGE.read_text())
    listed = [number for number, _text in rows]
    untested = {number for number, text in rows if UNTESTED in text}

    assert len(listed) == len(set(listed))
    assert used() <= set(listed)
    assert set(listed) - used() == untested
