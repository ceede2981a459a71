"""The requests of an account, at all administrations."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.references import reference_make
from shared.register.services import register_project
from tenants.agencies.types import AgencyInfo
from tenants.case_access import gateway
from tenants.models import Agency, OwnedRoute
from tests.public_portal.account.door import errors, text
from tests.public_portal.intake.journey import Citizen
from tests.public_portal.tracking.visits import answer
from tests.support.factories import draft, filed, organisation_of
from tests.support.provisioning import agency_create

pytestmark = pytest.mark.django_db


def kept(account, agency, **changes):
    """A complaint that was sent while signed in."""
    return gateway.complaint_file(
        draft=draft(agency, **changes), actor=CITIZEN, owner_id=account.user().pk
    )


def subjects(page):
    return re.findall(r'<h2 dir="auto">(.*?)</h2>', page.content.decode())


def references(page):
    return re.findall(r'name="reference" value="(\d{16})"><button class="button">', text(page))


def test_an_empty_list_says_what_to_do(citizen):
    page = citizen.see()

    assert subjects(page) == []
    assert "No requests yet" in text(page)
    assert 'href="/en/submit/"' in text(page)


def test_a_list_shows_the_requests_of_all_administrations_latest_first(
    citizen, stranger, roads, water
):
    kept(citizen, roads, subject="First, at the roads")
    kept(citizen, water, subject="Second, at the water")
    kept(stranger, roads, subject="A stranger's")
    filed(water, subject="Nobody's")

    assert subjects(citizen.see()) == ["Second, at the water", "First, at the roads"]
    assert subjects(stranger.see()) == ["A stranger&#x27;s"]


def test_a_line_says_where_a_request_stands(citizen, roads):
    receipt = kept(citizen, roads)
    answer(roads, receipt.reference)

    page = text(citizen.see())

    assert "You have an answer. Tell us whether the matter is settled." in page
    assert "You were sent a reply" in page
    assert organisation_of(roads).name_en in page


def test_open_and_ended_requests_are_told_apart(citizen, roads, water):
    done, waits = kept(citizen, roads, subject="Done"), kept(citizen, water, subject="Waits")
    answer(roads, done.reference)
    register_project(limit=100)

    assert references(citizen.see(show="open")) == [waits.reference]
    assert references(citizen.see(show="ended")) == [done.reference]
    assert references(citizen.see(show="all")) == [waits.reference, done.reference]


def test_none_of_a_sort_is_not_none_at_all(citizen, roads):
    kept(citizen, roads)

    assert "None of your requests is here" in text(citizen.see(show="ended"))


def test_twenty_requests_make_a_page(citizen, roads):
    sent = [kept(citizen, roads).reference for _ in range(21)]

    assert references(citizen.see()) == sent[:0:-1]
    assert references(citizen.see(page=2)) == sent[:1]


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "2"])
def test_a_page_that_is_not_there_is_no_failure(citizen, roads, page):
    kept(citizen, roads)

    assert citizen.see(page=page).status_code == 200


@pytest.mark.parametrize("show", ["__class__", "", "OPEN"])
def test_an_unknown_choice_shows_all(citizen, roads, show):
    receipt = kept(citizen, roads)

    assert references(citizen.see(show=show)) == [receipt.reference]


def rails():
    """A third agency, for this test alone."""
    info = AgencyInfo(code="rails", name_ar="السكك", name_fr="Rails", name_en="Rails")
    agency = agency_create(info=info, actor=SYSTEM)
    organisation_of(agency)
    return agency


def questions(account):
    with CaptureQueriesContext(connection) as asked:
        page = account.see()
    return len(references(page)), [one["sql"] for one in asked]


def test_a_list_asks_each_agency_once(citizen, roads, water):
    """One request at one agency, and six at three: two questions more, one for each agency."""
    kept(citizen, roads)
    _shown, one = questions(citizen)
    for agency in (roads, water, rails()):
        kept(citizen, agency)
    kept(citizen, roads)
    kept(citizen, water)

    shown, three = questions(citizen)

    assert shown == 6
    assert len(three) - len(one) == 2
    assert len([sql for sql in three if "complaints_complaint" in sql]) == 3


def test_an_agency_that_is_being_updated_takes_no_other_request_away(citizen, roads, water):
    kept(citizen, roads, subject="Cannot be read now")
    kept(citizen, water, subject="Can be read")
    Agency.objects.filter(code="roads").update(version="older")

    page = citizen.see()

    assert subjects(page) == ["Can be read"]
    assert "cannot be read at the moment" in text(page)


# --- opening --------------------------------------------------------------------------------------


def test_a_request_of_the_account_opens_without_its_code(citizen, roads):
    receipt = kept(citizen, roads, subject="Mine alone")

    page = citizen.do("open/", reference=receipt.reference)
    space = citizen.client.get(page["Location"])

    assert page["Location"] == "/en/track/case/"
    assert "Mine alone" in text(space)


@pytest.mark.parametrize("reference", ["", "x", "0" * 16, "9" * 400])
def test_what_is_no_reference_opens_nothing(citizen, reference):
    assert citizen.do("open/", reference=reference).status_code == 404


def test_a_strangers_request_does_not_open(citizen, stranger, roads):
    theirs = kept(stranger, roads)

    assert citizen.do("open/", reference=theirs.reference).status_code == 404
    assert citizen.client.get("/en/track/case/").status_code == 302


# --- sent while signed in -------------------------------------------------------------------------


def journey(account, roads, water, **changes):
    """The journey's pages, in the browser of the account."""
    organisation_of(roads)
    organisation_of(water)
    visitor = Citizen(client=account.client)
    visitor.file(**changes)
    return visitor


def test_what_is_sent_while_signed_in_is_kept_by_itself(citizen, stranger, roads, water):
    journey(citizen, roads, water)

    assert subjects(citizen.see()) == ["الإنارة العمومية"]
    assert subjects(stranger.see()) == []


def test_what_is_sent_without_signing_in_is_nobodys(citizen, client, roads, water):
    citizen.do("sign-out/")
    journey(citizen, roads, water)

    assert OwnedRoute.objects.count() == 0


def test_an_anonymous_request_is_not_kept(citizen, roads):
    kept(citizen, roads, privacy=Privacy.ANONYMOUS, party=PartyDraft())

    assert references(citizen.see()) == []


def test_a_confidential_request_is_kept(citizen, roads):
    receipt = kept(citizen, roads, privacy=Privacy.CONFIDENTIAL)

    assert references(citizen.see()) == [receipt.reference]


def test_the_page_about_the_person_knows_who_is_signed_in(citizen, roads, water):
    organisation_of(roads)
    organisation_of(water)
    visitor = Citizen(client=citizen.client)
    visitor.answer_all("person")

    page = text(visitor.see("person"))

    assert re.findall(r'<input[^>]* name="name"[^>]*>', page)[0].count('value="Nadia"') == 1
    assert re.findall(r'<input[^>]* name="email"[^>]*>', page)[0].count(citizen.email) == 1


# --- adding an earlier one ------------------------------------------------------------------------


def grouped(digits):
    return f"{digits[:4]} {digits[4:8]}-{digits[8:12]} {digits[12:]}"


def test_an_earlier_request_comes_in_by_its_receipt_code(citizen, roads, water):
    filed(water)
    receipt = filed(roads)

    page = citizen.do(
        "add/", reference=grouped(receipt.reference), code=grouped(receipt.receipt_code)
    )

    assert page["Location"] == "/en/account/"
    assert references(citizen.see()) == [receipt.reference]


def test_an_earlier_request_comes_in_by_the_address_of_the_account(citizen, roads):
    mine = PartyDraft(name="Nadia", email="Mine@Example.org")
    receipt = filed(roads, party=mine)

    citizen.do("add/", reference=receipt.reference)

    assert references(citizen.see()) == [receipt.reference]


def test_every_miss_is_refused_alike(citizen, roads, water):
    theirs, other = filed(roads), filed(water)
    misses = [
        {"reference": theirs.reference},
        {"reference": theirs.reference, "code": other.receipt_code},
        {"reference": reference_make(), "code": theirs.receipt_code},
    ]

    pages = [citizen.do("add/", **miss) for miss in misses]

    assert [page.status_code for page in pages] == [404] * 3
    assert len({tuple(errors(page)) for page in pages}) == 1
    assert OwnedRoute.objects.count() == 0


def test_an_anonymous_request_is_not_added_even_with_its_code(citizen, roads):
    receipt = filed(roads, privacy=Privacy.ANONYMOUS, party=PartyDraft())

    page = citizen.do("add/", reference=receipt.reference, code=receipt.receipt_code)

    assert page.status_code == 409
    assert "an account would say it" in errors(page)[0]
    assert OwnedRoute.objects.count() == 0


def test_a_misread_digit_is_told_at_once(citizen):
    page = citizen.do("add/", reference="1234 5678 9012 3456", code="12")

    assert page.status_code == 400
    assert len(errors(page)) == 2


@pytest.mark.usefixtures("_one_window")
def test_the_eleventh_try_within_an_hour_is_refused(citizen, roads):
    reference = filed(roads).reference

    statuses = [citizen.do("add/", reference=reference).status_code for _ in range(11)]

    assert statuses == [404] * 10 + [429]


def test_two_people_of_one_request_may_both_keep_it(citizen, stranger, roads):
    receipt = filed(roads)
    for account in (citizen, stranger):
        account.do("add/", reference=receipt.reference, code=receipt.receipt_code)

    assert references(citizen.see()) == references(stranger.see()) == [receipt.reference]


def test_a_request_may_be_added_twice_and_is_there_once(citizen, roads):
    receipt = kept(citizen, roads)

    page = citizen.do("add/", reference=receipt.reference, code=receipt.receipt_code)

    assert page.status_code == 302
    assert references(citizen.see()) == [receipt.reference]


# --- taking one out -------------------------------------------------------------------------------


def test_a_request_that_is_taken_out_goes_on_at_its_administration(citizen, roads):
    receipt = kept(citizen, roads)

    citizen.do("remove/", reference=receipt.reference)

    assert references(citizen.see()) == []
    assert gateway.receipt_get(reference=receipt.reference).status == "received"


def test_what_was_taken_out_can_be_put_back(citizen, roads):
    receipt = kept(citizen, roads)
    citizen.do("remove/", reference=receipt.reference)

    citizen.do("put-back/")

    assert references(citizen.see()) == [receipt.reference]


def test_nothing_comes_in_by_putting_back_what_was_never_taken_out(citizen, stranger, roads):
    theirs = kept(stranger, roads)

    removed = citizen.do("remove/", reference=theirs.reference)
    citizen.do("put-back/", reference=theirs.reference)

    assert removed.status_code == 404
    assert references(citizen.see()) == []
    assert references(stranger.see()) == [theirs.reference]


@pytest.mark.parametrize(
    "path", ["", "add/", "data/", "data/copy/", "data/email/", "data/erase/", "security/",
             "prove/", "passkeys/add/", "passkeys/1/", "passkeys/1/remove/"]
)  # fmt: skip
def test_without_signing_in_every_page_leads_to_the_door(client, path):
    page = client.get(f"/en/account/{path}")

    assert (page.status_code, page["Location"]) == (
        302,
        f"/en/account/sign-in/?next=/en/account/{path}",
    )


@pytest.mark.parametrize(
    "path", ["open/", "remove/", "put-back/", "data/", "data/copy/", "data/erase/",
             "security/sign-out/", "passkeys/1/", "passkeys/1/remove/"]
)  # fmt: skip
def test_without_signing_in_nothing_is_done(client, path):
    page = client.post(f"/en/account/{path}", {"reference": "1" * 16, "sure": "on"})

    assert (page.status_code, page["Location"]) == (
        302,
        "/en/account/sign-in/?next=/en/account/",
    )
