"""How many statements the pages cost that officers have open all day."""

import pytest

from tests.agency_console.conftest import references_on
from tests.support.factories import filed


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_open_cases(console, agent, roads, number, statement_count):
    for _ in range(number):
        filed(roads)
    console.get("/?view=open")

    with statement_count("console: open cases"):
        page = console.get("/?view=open")

    assert len(references_on(page)) == number


def test_who_writes_in_a_case(console, mine, statement_count):
    address = f"/cases/{mine}/writers/?version=2"
    console.get(address)

    with statement_count("console: who writes in a case"):
        assert console.get(address).status_code == 200


def test_a_draft_is_saved(console, mine, statement_count):
    address = f"/cases/{mine}/draft/reply/"
    console.post(address, {"facts": "The lamp", "version": "2"})

    with statement_count("console: a draft is saved"):
        console.post(address, {"facts": "The lamp is out", "version": "2"})
