"""How many statements the pages of national oversight cost that compare all agencies."""

import pytest

from shared.accounts.enums import Role
from tests.shared.register.factories import registered, story
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "role", "path"),
    [
        ("comparison", Role.ANALYST, "/"), ("workspaces", Role.OPERATOR, "/agencies/"),
        ("late replies", Role.ANALYST, "/overdue/"),
        ("cost of the pages", Role.OPERATOR, "/page-costs/"),
    ],
)  # fmt: skip
def test_pages_of_all_agencies(signed_in, roads, water, page, role, path, statement_count):
    for agency in (roads, water):
        filed(agency)
        registered(agency, story(("received", 0), ("answered", 5)))
    client = signed_in(role)
    client.get(path)

    with statement_count(f"national: {page}"):
        assert client.get(path).status_code == 200
