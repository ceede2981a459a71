"""A case that was handed over: what its former holder still sees, and what the new one reads."""

import pytest

from shared.accounts.enums import Role
from shared.complaints.enums import EventKind
from shared.complaints.services import officer_message_add
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import agency_info
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import references_on, text_of, version_on
from tests.agency_console.transfers.conftest import SECRET, console_of
from tests.support.custody import hand_over, offer, refuse
from tests.support.factories import filed
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(held, water):
    """The case, at the second agency now."""
    with clock.travel(days_later(9)):
        hand_over(held.case, water)
    return held


ADDRESSES = ("", "days/", "similar/", "?write=reply", "reply/", "note/", "direct/", "refuse/")


def test_fs10_stub_shows_no_text_and_no_person(gone, roads):
    console = console_of(roads)

    for address in ADDRESSES:
        page = console.get(f"/cases/{gone.reference}/{address}")

        assert (address, page.status_code) == (address, 200)
        assert SECRET not in text_of(page)
        assert "<textarea" not in text_of(page)


def test_fs10_stub_says_where_the_case_went_and_what_happened_here(gone, roads, water):
    page = text_of(console_of(roads).get(f"/cases/{gone.reference}/"))

    assert f"<h1>Handed over to: <bdi>{agency_info(water).name('en')}</bdi></h1>" in page
    assert str(EventKind.TRANSFERRED.label) in page
    assert str(EventKind.TRANSFER_OFFERED.label) in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]


def test_fs10_stub_is_found_by_its_number_alone(gone, roads):
    console = console_of(roads)

    assert references_on(console.get("/", {"view": "all", "q": SECRET})) == []
    found = console.get("/", {"view": "all", "q": gone.reference})

    assert references_on(found) == [gone.reference]
    assert "<bdi>Handed over to: " in text_of(found)
    assert references_on(console.get("/", {"view": "open"})) == []


def test_stub_stands_in_the_list_of_all_cases_with_a_name(gone, roads):
    page = text_of(console_of(roads).get("/", {"view": "all"}))

    assert "<bdi>Handed over to: " in page
    assert "<bdi></bdi></a>" not in page


def test_stub_is_previewed_without_forms(gone, roads):
    page = text_of(console_of(roads).get(f"/inbox/cases/{gone.reference}/preview/"))

    assert "Handed over to: " in page
    assert f"/cases/{gone.reference}/reply/" not in page
    assert SECRET not in page


def test_fs10_text_written_while_the_case_went_is_shown_once_more(held, holder, water):
    form = holder.get(f"/cases/{held.reference}/message/")
    hand_over(held.case, water)

    page = holder.post(
        f"/cases/{held.reference}/message/",
        {"version": version_on(form), "body": "We come on Monday.", "step": "check"},
    )

    assert page.status_code == 409
    assert "We come on Monday." in text_of(page)
    assert SECRET not in text_of(page)


def test_fs10_receiver_reads_who_had_the_case_and_how_long(gone, receiver, roads, water):
    with clock.travel(days_later(20)):
        receiver.sign_in_as(Role.SUPERVISOR, "later@water.example")
        page = text_of(receiver.get(f"/cases/{gone.reference}/"))

    first, second = (agency_info(one).name("en") for one in (roads, water))
    custody = page[page.index('id="custody"') : page.index('id="person"')]
    assert custody.index(first) < custody.index(second)
    assert ("9 days" in custody, "11 days" in custody) == (True, True)
    assert f"Action by: \u2068{first}\u2069" in page
    thread = page[page.index('id="thread"') : page.index('id="composer"')]
    assert thread.count(f"<bdi>{first}</bdi>") == 2


def test_history_that_came_with_a_case_shows_texts_alone(gone, receiver):
    page = text_of(receiver.get(f"/cases/{gone.reference}/"))

    assert "object at 0x" not in page
    assert "Assigned to:" not in page


def test_last_message_of_the_other_agency_is_not_called_the_citizens(held, receiver, water, roads):
    with agency_context(roads):
        officer_message_add(
            reference=held.reference, body="We ask again.", officer=held.officer, actor=SYSTEM
        )
    hand_over(held.case, water)

    page = text_of(receiver.get(f"/inbox/cases/{held.reference}/preview/"))

    last = page[page.index("We ask again.") - 400 : page.index("We ask again.")]
    assert f"<bdi>{agency_info(roads).name('en')}</bdi>" in last


def test_fs10_case_that_was_never_handed_over_says_nothing_of_custody(held, holder):
    assert 'id="custody"' not in text_of(holder.get(f"/cases/{held.reference}/"))


def test_fs10_ordinary_case_page_costs_no_query_more(
    held, holder, roads, water, django_assert_num_queries, django_assert_max_num_queries
):
    other = filed(roads).reference
    for path in (f"/cases/{held.reference}/", f"/cases/{other}/"):
        holder.get(path)
    with django_assert_max_num_queries(60) as plain:
        holder.get(f"/cases/{held.reference}/")
    offer(held.case, water)
    with django_assert_max_num_queries(60) as offered:
        holder.get(f"/cases/{held.reference}/")
    said = " ".join(one["sql"] for one in plain.captured_queries)
    assert ("tenants_transferoffer" in said, "tenants_arbitration" in said) == (False, False)
    assert len(offered) > len(plain)


def test_case_with_national_oversight_says_so_to_its_holder(held, holder, water):
    refuse(held.case, water)
    refuse(held.case, water)

    page = text_of(holder.get(f"/cases/{held.reference}/"))

    assert "National oversight decides by" in page
    assert "/withdraw/" not in page
