"""Where an account is open: seen and ended by its owner alone, and nothing kept of the place."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from shared.audit.models import AuditEntry
from shared.kernel import clock
from tenants.case_access.services.citizen_sessions import citizen_sessions_prune
from tenants.models import CitizenSession
from tests.public_portal.account.door import Account, text
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0 Secret-Model-7"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/130.0 Safari/537.36"
MINUTES = timedelta(minutes=11)


def browser(agent, place="203.0.113.7"):
    return Client(headers={"host": "testserver", "user-agent": agent}, REMOTE_ADDR=place)


@pytest.fixture
def phone():
    """A citizen in English on a telephone, signed in for the first time."""
    account = Account(browser(PHONE), email="mine@example.org")
    account.open()
    return account


@pytest.fixture
def desk(phone):
    """The same person on a computer, a minute later."""
    with clock.travel(clock.now() + timedelta(minutes=1)):
        account = Account(browser(DESK), email="mine@example.org")
        account.sign_in()
    return account


@pytest.fixture
def stranger(db):
    """Somebody else, whose visit could be shown or ended."""
    account = Account(browser(PHONE), email="other@example.org")
    account.open()
    return account


def listed(account):
    visits = account.see("security/").context["sessions"]
    return [(one.name, one.session.is_here) for one in visits]


def id_of(account):
    return account.client.session["visit"]["id"]


def test_every_device_is_listed_this_one_first_and_nobody_elses(phone, desk, stranger):
    assert listed(phone) == [("Firefox on Android", True), ("Chrome on Windows", False)]
    assert listed(desk) == [("Chrome on Windows", True), ("Firefox on Android", False)]
    assert listed(stranger) == [("Firefox on Android", True)]


def test_the_present_device_has_no_button_to_end_it(phone, desk):
    page = text(phone.see("security/"))

    ends = re.findall(r'action="/en/account/security/visits/([0-9a-f-]{36})/end/"', page)
    assert ends == [id_of(desk)]


def test_one_device_is_signed_out_and_the_others_stay(phone, desk):
    third = Account(browser(DESK), email="mine@example.org")
    third.sign_in()

    page = phone.do(f"security/visits/{id_of(desk)}/end/")

    assert page["Location"] == "/en/account/security/"
    assert (phone.is_in(), desk.is_in(), third.is_in()) == (True, False, True)
    assert listed(phone) == [("Firefox on Android", True), ("Chrome on Windows", False)]
    assert AuditEntry.objects.filter(action="citizen.session_ended").count() == 1


def test_a_request_that_is_open_there_is_closed_with_it(phone, desk, roads):
    receipt = filed(roads)
    there = Visitor(desk.client, language="en")
    there.open(receipt.reference, receipt.receipt_code)
    assert there.see().status_code == 200

    phone.do(f"security/visits/{id_of(desk)}/end/")

    assert there.see().status_code == 302


def test_a_visit_is_found_under_the_key_that_its_session_has_now(phone, desk, roads):
    before = desk.client.session.session_key
    receipt = filed(roads)
    Visitor(desk.client, language="en").open(receipt.reference, receipt.receipt_code)
    assert desk.client.session.session_key != before

    phone.do(f"security/visits/{id_of(desk)}/end/")

    assert not desk.is_in()


def test_nobody_ends_the_visit_of_somebody_else(phone, stranger):
    for visit in (id_of(stranger), str(uuid4())):
        assert phone.do(f"security/visits/{visit}/end/").status_code == 302

    assert stranger.is_in()
    assert AuditEntry.objects.filter(action="citizen.session_ended").count() == 0


def test_ending_the_present_one_this_way_does_nothing(phone):
    phone.do(f"security/visits/{id_of(phone)}/end/")

    assert phone.is_in()


def test_it_takes_a_form_and_somebody_signed_in(phone, desk):
    visit = id_of(desk)

    assert phone.see(f"security/visits/{visit}/end/")["Location"] == "/en/account/security/"
    nobody = Account(browser(PHONE), email="")
    assert "/sign-in/" in nobody.do(f"security/visits/{visit}/end/")["Location"]
    assert desk.is_in()


def test_all_others_are_signed_out_and_leave_the_list(phone, desk):
    phone.do("security/sign-out/")

    assert (phone.is_in(), desk.is_in()) == (True, False)
    assert listed(phone) == [("Firefox on Android", True)]


def test_who_signs_out_leaves_the_list(phone, desk):
    desk.do("sign-out/")

    assert listed(phone) == [("Firefox on Android", True)]


def test_neither_the_place_nor_the_line_of_the_browser_is_kept(phone):
    row = json.dumps(list(CitizenSession.objects.values()), default=str)
    kept = json.dumps(dict(phone.client.session), default=str)

    for secret in ("203.0.113", "Secret-Model", "rv:131"):
        assert secret not in row
        assert secret not in kept


def test_it_is_noted_every_ten_minutes_and_not_with_each_page(phone):
    began = CitizenSession.objects.get().seen_at
    phone.see("security/")
    assert CitizenSession.objects.get().seen_at == began

    with clock.travel(clock.now() + MINUTES):
        phone.see("security/")

    row = CitizenSession.objects.get()
    assert (row.began_at, row.seen_at > began) == (began, True)


def test_to_be_seen_does_not_move_the_end_of_the_session(phone):
    def ends():
        return Session.objects.get(session_key=phone.client.session.session_key).expire_date

    before = ends()
    with clock.travel(clock.now() + MINUTES):
        phone.see("security/")

    assert abs(ends() - before) < timedelta(seconds=5)


def test_a_visitor_who_is_not_signed_in_is_noted_nowhere(roads):
    visitor = Visitor(browser(PHONE))
    receipt = filed(roads)
    visitor.open(receipt.reference, receipt.receipt_code)
    visitor.see()

    assert CitizenSession.objects.count() == 0


def test_what_is_over_is_forgotten_and_what_lives_is_not(phone, desk, stranger):
    stranger.do("sign-out/")
    Session.objects.filter(session_key=desk.client.session.session_key).update(
        expire_date=clock.now() - timedelta(seconds=1)
    )

    assert citizen_sessions_prune() == 3
    assert [str(row.pk) for row in CitizenSession.objects.all()] == [id_of(phone)]
    assert phone.is_in()


def test_the_copy_of_ones_data_tells_them(phone, desk):
    phone.prove()
    copy = json.loads(b"".join(phone.do("data/copy/")).decode())

    assert [one["device"] for one in copy["account"]["visits"]] == [
        "Chrome on Windows",
        "Firefox on Android",
    ]


def test_an_erased_account_leaves_none(phone):
    phone.prove()
    phone.do("data/erase/", sure="on", email="mine@example.org")
    phone.client.get("/en/")

    assert CitizenSession.objects.count() == 0


@pytest.mark.parametrize("path", ["organisations/", "docs/", "tracking/case/"])
def test_the_rest_interface_answers_somebody_signed_in_as_it_answers_anybody(phone, path):
    nobody = browser(PHONE)

    signed_in, out = (one.get(f"/api/v1/{path}") for one in (phone.client, nobody))

    assert signed_in.status_code == out.status_code
    assert signed_in.status_code in (200, 401)
