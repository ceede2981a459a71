"""What each page costs, as operators see it."""

import html
import re

import pytest

from shared.accounts.enums import Role
from shared.ui import page_costs
from shared.ui.page_costs import NO_PAGE, page_counters

pytestmark = pytest.mark.django_db

PAGE = "/page-costs/"
EMPTY = {
    "ar": "لم تُطلب أي صفحة بعد",
    "fr": "Aucune page n’a encore été demandée",
    "en": "No page has been requested yet",
}


@pytest.fixture(autouse=True)
def _counters_of_this_test(monkeypatch):
    monkeypatch.setattr(page_costs, "_shared", None)


@pytest.fixture
def operator(signed_in):
    """An operator of the platform, before any page is counted."""
    return signed_in(Role.OPERATOR)


def seen(client, language="en"):
    client.cookies["language"] = language
    return html.unescape(client.get(PAGE).content.decode())


def rows(page):
    """The texts of each row's cells."""
    found = re.findall(r"<tr data-page=[^>]*>(.*?)</tr>", page, re.DOTALL)
    return [
        [
            re.sub(r"<[^>]+>", "", cell).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in found
    ]


def test_nobody_reads_it_without_signing_in(anybody):
    answer = anybody.get(PAGE)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PAGE}")


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR])
def test_those_who_read_the_state_of_the_system_read_it(signed_in, role):
    client = signed_in(role)

    assert client.get(PAGE).status_code == 200
    assert f'href="{PAGE}"' in client.get("/agencies/").content.decode()


@pytest.mark.parametrize("host", ["testserver", "roads.testserver"])
def test_it_stands_on_no_other_site(client, roads, host):
    assert client.get(PAGE, headers={"host": host}).status_code == 404


def test_each_page_stands_there_with_what_a_request_of_it_costs(operator):
    counters = page_counters().counters
    counters.add(("GET", "pages:home"), 4, 0.002, 0.01, 2, 6)
    counters.add(("POST", "tracking:start"), 2, 1.5, 3, 21, 40)
    counters.add(NO_PAGE, 10, 0.001, 0.002, 0, 0)

    assert rows(seen(operator)) == [
        ["POST tracking:start", "2", "1.5", "750.00", "1500.00", "10.5", "20.0"],
        ["GET pages:home", "4", "0.0", "0.50", "2.50", "0.5", "1.5"],
        ["Files, and addresses without a page", "10", "0.0", "0.10", "0.20", "0.0", "0.0"],
    ]


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_names_and_numbers_run_from_left_to_right(operator, language):
    page_counters().counters.add(("GET", "pages:home"), 1, 0.002, 0.01, 2, 6)

    (row,) = re.findall(r"<tr data-page=.*?</tr>", seen(operator, language), re.DOTALL)

    cells = re.findall(r"<t[hd][^>]*>\s*(<bdi dir=\"ltr\">[^<]+</bdi>)\s*</t[hd]>", row)
    assert len(cells) == row.count("</td>") + 1 == 7


@pytest.mark.parametrize("language", EMPTY)
def test_an_empty_list_says_what_comes(operator, language):
    page = seen(operator, language)

    assert EMPTY[language] in page
    assert rows(page) == []


def test_the_page_itself_is_counted(operator):
    seen(operator)

    ((name, count, *_costs),) = rows(seen(operator))

    assert (name, count) == ("GET agencies:list-page-costs", "1")
