"""A session is not the account: what changes it is proved again, told by letter, and logged."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.audit.models import AuditEntry
from shared.mail.models import Mail
from shared.mail.services import mail_row, mail_send
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.test_sign_in import ACTIVATE, code_of, secret_shown, sign_in
from tests.support.factories import PASSWORD, staff
from tests.support.sessions import proofs_age

pytestmark = pytest.mark.django_db

ASK_AGAIN = "/accounts/reauthenticate/"
NEW = "new@roads.example"
LATE = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1


@pytest.fixture
def officer(console, roads):
    """An administrator who has signed in by the pages, in English."""
    console.client.cookies["language"] = "en"
    user = staff(roads, Role.ADMINISTRATOR)
    sign_in(console, user)
    return user


def log_of(agency):
    with agency_context(agency):
        rows = AuditEntry.objects.filter(action__startswith="user.").exclude(action="user.created")
        return [(one.action, one.subject, one.actor_id) for one in rows.order_by("pk")]


def letters_of(agency):
    with agency_context(agency):
        rows = Mail.objects.filter(letter="staff_notice").order_by("queued_at", "id")
        return [(one.to, one.context["what"]) for one in rows]


def prove(console):
    return console.post(ASK_AGAIN, {"password": PASSWORD, "next": "/accounts/email/"})


def test_another_address_asks_for_the_password_first(console, officer, roads):
    page = console.post("/accounts/email/", {"email": NEW, "action_add": ""})

    assert page.url.startswith(ASK_AGAIN)
    assert mail.outbox == []


def test_the_former_address_is_told_of_a_new_one(console, officer, roads):
    prove(console)
    console.post("/accounts/email/", {"email": NEW, "action_add": ""})
    code = re.search(r"^\s*([A-Z0-9-]{6,12})\s*$", str(mail.outbox[-1].body), re.MULTILINE).group(1)
    console.post("/accounts/confirm-email/", {"code": code})

    with agency_context(roads):
        assert User.objects.get(pk=officer.pk).email == NEW
    assert letters_of(roads) == [(officer.email, "email_changed")]
    assert ("user.email_changed", f"user {officer.pk}", officer.pk) in log_of(roads)


def test_a_new_password_is_told_by_letter(console, officer, roads):
    other = "another long passphrase"
    console.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": other, "password2": other},
    )

    assert letters_of(roads) == [(officer.email, "password_changed")]


def test_a_second_step_is_told_by_letter(
    console, officer, roads, django_capture_on_commit_callbacks
):
    secret = secret_shown(console)
    with django_capture_on_commit_callbacks() as left:
        console.post(ACTIVATE, {"code": code_of(secret)})
    with agency_context(roads):
        for one in left:
            one()

    assert (officer.email, "second_step_on") in letters_of(roads)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@pytest.mark.parametrize(
    "what", ["email_changed", "password_changed", "second_step_on", "sign_in_changed"]
)
def test_the_letter_says_the_same_as_text_and_as_page(roads, language, what):
    with agency_context(roads):
        row = mail_row(
            to="x@example.org",
            letter="staff_notice",
            language=language,
            reference="",
            context={"what": what},
        )
        row.save(force_insert=True)
        assert mail_send(mail_id=row.pk)

    sent = mail.outbox[-1]
    words = re.findall(r"<p>([^<]{30,})</p>", sent.alternatives[0].content)
    assert len(words) == 2
    assert [one for one in words if one.replace("&#x27;", "'") not in sent.body] == []
    assert "\n" not in sent.subject


def test_the_log_has_who_came_and_who_failed(console, officer, roads):
    console.post("/accounts/logout/")
    sign_in(console, officer, "not the passphrase")
    console.post("/accounts/login/", {"login": "nobody@x.example", "password": PASSWORD})

    me = f"user {officer.pk}"
    assert log_of(roads) == [
        ("user.signed_in", me, officer.pk),
        ("user.signed_out", me, officer.pk),
        ("user.sign_in_failed", me, None),
        ("user.sign_in_failed", "user unknown", None),
    ]


def test_a_wrong_code_after_the_right_password_stands_in_the_log(console, officer, roads):
    with agency_context(roads):
        Authenticator.objects.create(
            user=officer, type=Authenticator.Type.TOTP, data={"secret": "A" * 32}
        )
    console.post("/accounts/logout/")
    half = sign_in(console, officer)
    wrong = "000000" if code_of("A" * 32) != "000000" else "111111"

    console.post(half.url, {"code": wrong})

    assert log_of(roads)[-1] == ("user.code_failed", f"user {officer.pk}", None)
    assert console.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/staff/add/", "/leaving/new/"])
def test_what_lets_people_in_or_data_out_asks_again_after_a_while(console, officer, roads, path):
    with agency_context(roads):
        proofs_age(console.client, LATE)

    page = console.post(path, {"name": "X", "email": "x@roads.example", "role": "administrator"})

    assert page.url.startswith(f"{ASK_AGAIN}?next=")
    with agency_context(roads):
        assert not User.objects.filter(email="x@roads.example").exists()


def test_after_the_password_one_goes_on_where_one_was(console, officer, roads):
    with agency_context(roads):
        proofs_age(console.client, LATE)
    door = console.get("/staff/add/").url
    page = console.get(door)

    back = console.post(ASK_AGAIN, {"password": PASSWORD, "next": "/staff/add/"})

    assert page.status_code == 200
    assert back.url == "/staff/add/"
    assert console.get("/staff/add/").status_code == 200
