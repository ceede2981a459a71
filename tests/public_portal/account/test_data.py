"""A citizen's own data: corrected, copied, erased; and who may do that."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from public_portal.account.services import account_mail_prune
from shared.accounts.models import User
from shared.audit.models import AuditEntry
from shared.complaints import services
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.mail.models import Mail
from shared.mail.services import mail_settle
from tenants.isolation.schema_switch import agency_context
from tenants.models import OwnedRoute, Route, TrackingToken
from tests.public_portal.account.door import Account, errors, letters_to, text
from tests.public_portal.account.test_complaints import kept, references
from tests.public_portal.tracking.visits import answer, ask
from tests.support.factories import BODY, REPLY
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db


def elsewhere(account):
    """The same person in another browser."""
    other = Account(client=Client(headers={"host": "testserver"}), email=account.email)
    other.sign_in()
    return other


def stale(account):
    """As if the last proof were eleven minutes ago."""
    session = account.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 660
    session.save()


def proof(target):
    return f"/en/account/prove/?next=%2Fen%2Faccount%2F{target.replace('/', '%2F')}"


def test_name_and_language_can_be_put_right(citizen, stranger):
    citizen.do("data/", name="  ناديه   العلوي ", language="ar")

    user = citizen.user()
    assert (user.name, user.language) == ("ناديه العلوي", "ar")
    assert (stranger.user().name, stranger.user().language) == ("Nadia", "en")


@pytest.mark.parametrize(
    ("name", "language", "count"),
    [("", "en", 1), ("x" * 121, "en", 1), ("\u200d", "fr", 1), ("Nadia", "de", 1), ("", "", 2)],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_changed(citizen, name, language, count):
    page = citizen.do("data/", name=name, language=language)

    assert (is_refused(page), len(errors(page))) == (True, count)
    assert citizen.user().name == "Nadia"


@pytest.mark.parametrize("path", ["data/email/", "data/copy/", "passkeys/add/"])
def test_ten_minutes_after_signing_in_one_shows_again_that_it_is_oneself(citizen, path):
    before = citizen.see(path).status_code
    stale(citizen)

    page = citizen.see(path)
    citizen.prove()

    assert (before, page.status_code, page["Location"]) == (200, 302, proof(path))
    assert citizen.see(path).status_code == 200


def test_after_the_proof_one_comes_to_what_one_wanted(citizen):
    citizen.do("prove/", next="/en/account/data/copy/")

    assert citizen.do("code/", code=citizen.code())["Location"] == "/en/account/data/copy/"


# --- the address ----------------------------------------------------------------------------------


def test_a_new_address_holds_once_its_code_has_come_back(citizen):
    user = citizen.user()
    citizen.do("data/email/", email="Next@Example.org")
    before = citizen.user().email

    citizen.do("code/", code=citizen.code("next@example.org"))

    user.refresh_from_db()
    assert (before, user.email) == ("mine@example.org", "next@example.org")
    addresses = EmailAddress.objects.filter(user=user)
    assert list(addresses.values_list("email", "verified", "primary")) == [
        ("next@example.org", True, True)
    ]
    assert letters_to("mine@example.org")[-1] == "account_notice"
    assert citizen.is_in()


def test_the_former_address_opens_the_account_no_longer(citizen):
    citizen.do("data/email/", email="next@example.org")
    citizen.do("code/", code=citizen.code("next@example.org"))
    citizen.do("sign-out/")

    assert citizen.sign_in()["Location"] == "/en/account/begin/"


def test_an_address_of_another_account_is_not_taken_over(citizen, stranger):
    page = citizen.do("data/email/", email=stranger.email)
    citizen.do("code/", code=stranger.code())

    assert page["Location"] == "/en/account/code/"
    assert citizen.user().email == citizen.email
    assert stranger.is_in()


def test_a_code_for_one_thing_is_good_for_no_other(citizen):
    """Whoever has asked for a new address has not shown by its code who they are elsewhere."""
    citizen.do("prove/")
    proving = citizen.code()
    citizen.do("data/email/", email="next@example.org")

    citizen.do("code/", code=proving)

    assert citizen.user().email == citizen.email


def test_a_code_goes_with_the_account_that_asked(citizen, stranger):
    """A visit that changes hands between the two halves carries nothing over."""
    citizen.do("data/email/", email="next@example.org")
    code = citizen.code("next@example.org")
    session = stranger.client.session
    session["account_code"] = citizen.client.session["account_code"]
    session.save()

    stranger.do("code/", code=code)

    assert stranger.user().email == stranger.email


# --- the copy -------------------------------------------------------------------------------------


def test_a_copy_holds_everything_of_mine_and_nothing_of_others(citizen, stranger, roads, water):
    mine = kept(citizen, roads, subject="Mine at the roads")
    ask(roads, mine.reference, "Which lamp is it?")
    with agency_context(roads):
        services.citizen_message_add(reference=mine.reference, body="The third.", actor=CITIZEN)
    answer(roads, mine.reference)
    kept(citizen, water, subject="Mine at the water")
    kept(stranger, roads, subject="A stranger's", party=PartyDraft(name="X", email="s@x.example"))

    page = citizen.do("data/copy/")
    copy = json.loads(page.content)

    assert page["Content-Disposition"] == 'attachment; filename="insaf-my-data.json"'
    assert {"private", "no-store"} <= set(page["Cache-Control"].split(", "))
    assert copy["account"]["email"] == citizen.email
    assert [case["subject"] for case in copy["complaints"]] == [
        "Mine at the water",
        "Mine at the roads",
    ]
    assert copy["complaints"][1]["body"] == BODY
    said = [message["body"] for message in copy["complaints"][1]["messages"]]
    assert said[:2] == ["Which lamp is it?", "The third."]
    assert REPLY.decision in said[2]
    raw = page.content.decode()
    assert "A stranger" not in raw
    assert "s@x.example" not in raw
    assert "a note for colleagues" not in raw
    assert "agent of roads" not in raw


@pytest.mark.usefixtures("_one_window")
def test_a_copy_is_made_six_times_an_hour_at_most(citizen):
    statuses = [citizen.do("data/copy/").status_code for _ in range(7)]

    assert statuses == [200] * 6 + [429]


# --- other devices --------------------------------------------------------------------------------


def test_signing_out_everywhere_ends_every_visit_but_this(citizen, stranger):
    other = elsewhere(citizen)
    before = other.is_in()

    citizen.do("security/sign-out/")

    assert (before, other.is_in()) == (True, False)
    assert citizen.is_in()
    assert stranger.is_in()


def test_signing_out_everywhere_closes_requests_that_are_open_there(citizen, stranger, roads):
    mine, theirs = kept(citizen, roads), kept(stranger, roads)
    other, third = elsewhere(citizen), elsewhere(citizen)
    for account in (other, third):
        account.do("open/", reference=mine.reference)
    stranger.do("open/", reference=theirs.reference)

    citizen.do("security/sign-out/")

    seen = [one.client.get("/en/track/case/").status_code for one in (other, third, stranger)]
    assert seen == [302, 302, 200]


def test_a_visit_that_was_ended_elsewhere_has_lost_its_draft_before_any_page(citizen):
    other = elsewhere(citizen)
    other.client.post("/en/submit/", {"kind": "complaint"})
    key = other.client.session.session_key

    citizen.do("security/sign-out/")
    other.client.get("/en/submit/privacy/")

    assert not Session.objects.filter(pk=key).exists()


def test_signing_out_ends_the_visit_and_what_lay_in_it(citizen, roads):
    receipt = kept(citizen, roads)
    citizen.do("open/", reference=receipt.reference)

    citizen.do("sign-out/")

    assert citizen.client.get("/en/track/case/").status_code == 302
    assert not citizen.is_in()


# --- erasure --------------------------------------------------------------------------------------


def test_an_account_is_erased_only_after_a_new_code(citizen):
    page = citizen.do("data/erase/", sure="on")

    assert (page.status_code, page["Location"]) == (302, proof("data/erase/"))
    assert User.objects.filter(email=citizen.email).count() == 1


def test_an_account_is_erased_only_by_who_is_sure(citizen):
    citizen.prove()

    page = citizen.do("data/erase/")

    assert errors(page) == ["Tick the box if you are sure."]
    assert User.objects.filter(email=citizen.email).count() == 1


def test_erasing_takes_the_person_and_leaves_the_requests(citizen, stranger, roads):
    mine, theirs = kept(citizen, roads), kept(stranger, roads)
    number = citizen.user().pk
    Authenticator.objects.create(user_id=number, type="webauthn", data={"name": "x"})
    other = elsewhere(citizen)
    for account in (other, citizen):
        account.do("open/", reference=mine.reference)
    citizen.prove()

    page = citizen.do("data/erase/", sure="on")

    assert page["Location"] == "/en/account/sign-in/"
    assert list(User.objects.values_list("email", flat=True)) == [stranger.email]
    for rows in (EmailAddress, Authenticator, OwnedRoute):
        assert rows.objects.filter(user_id=number).count() == 0
    assert TrackingToken.objects.filter(route=mine.reference).count() == 0
    assert Route.objects.filter(pk=mine.reference).count() == 1
    assert [citizen.is_in(), other.is_in(), stranger.is_in()] == [False, False, True]
    assert references(stranger.see()) == [theirs.reference]


def test_after_erasure_a_request_opens_by_its_receipt_code(citizen, roads):
    receipt = kept(citizen, roads)
    citizen.prove()
    citizen.do("data/erase/", sure="on")

    page = citizen.client.post(
        "/en/track/", {"reference": receipt.reference, "secret": receipt.receipt_code}
    )

    assert page["Location"] == "/en/track/case/"


def test_the_log_of_an_erasure_names_nobody(citizen):
    number = citizen.user().pk
    citizen.prove()
    citizen.do("data/erase/", sure="on")

    line = AuditEntry.objects.get(action="citizen.erased")
    assert (line.actor_kind, line.actor_label, line.actor_id, line.subject) == (
        "citizen", "citizen", number, f"user {number}",
    )  # fmt: skip


def test_the_page_says_what_stays_and_with_whom(citizen):
    citizen.prove()

    assert "stay with the administrations: the law obliges them" in text(citizen.see("data/erase/"))


# --- letters --------------------------------------------------------------------------------------


def test_codes_and_notices_are_forgotten_a_day_after_they_left(citizen, roads):
    kept(citizen, roads)
    citizen.do("sign-out/")
    mail_settle()
    citizen.ask()
    with clock.travel(clock.now() + clock.timedelta(hours=25)):
        forgotten = account_mail_prune()

    left = Mail.objects.filter(to=citizen.email, sent_at__isnull=False)
    assert (forgotten, left.count()) == (1, 0)
    assert letters_to(citizen.email) == ["account_code"]
