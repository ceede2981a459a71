"""Passkeys, as far as no browser is needed; a real one makes and uses them in the journeys."""

import json

import pytest
from allauth.mfa.models import Authenticator

from public_portal.account.selectors import passkeys_of
from shared.forms.expired_session_input import MAX_BYTES
from tests.public_portal.account.door import errors, text
from tests.support.refused_forms import is_refused
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

MADE_UP = [
    "",
    "x",
    "[]",
    "1",
    "null",
    "{}",
    "[" * 15_000,
    "{" * 15_000,
    '{"a":' * 3_000,
    "x" * 900_000,
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}),
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": []}),
    json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "AAAA",
                "authenticatorData": "AAAA",
                "attestationObject": "AAAA",
                "signature": "AAAA",
                "userHandle": "AAAA",
            },
        }
    ),
    json.dumps({"id": 1, "rawId": None, "type": [], "response": {"userHandle": "\x00"}}),
]


def added(account, name="My telephone"):
    """A passkey whose key is of no matter here."""
    return Authenticator.objects.create(
        user=account.user(), type="webauthn", data={"name": name, "credential": {}}
    )


def key_of(passkey):
    """What stands for a passkey in addresses."""
    return next(one.key for one in passkeys_of(user=passkey.user) if one.id == passkey.pk)


@pytest.mark.parametrize("credential", repeats(MADE_UP, keep=7))
def test_a_made_up_passkey_opens_nothing(citizen, credential):
    citizen.do("sign-out/")
    citizen.see("passkeys/options/")

    page = citizen.do("passkeys/sign-in/", credential=credential)

    assert (page.status_code, page["Location"]) == (302, "/en/account/sign-in/")
    assert "This passkey could not be used." in text(citizen.see("sign-in/"))
    assert not citizen.is_in()


@pytest.mark.parametrize("credential", repeats(MADE_UP[::-1], keep=7))
def test_a_made_up_passkey_is_not_added(citizen, credential):
    citizen.see("passkeys/add/")

    page = citizen.do("passkeys/add/", name="Mine", credential=credential)

    # What is too large to be kept is shown in place.
    assert is_refused(page) or len(credential) > MAX_BYTES
    assert errors(page) == [
        "This passkey could not be used. Try again, or ask for a code by e-mail."
    ]
    assert Authenticator.objects.count() == 0


def test_what_a_browser_needs_names_the_host_and_no_account(client, citizen):
    added(citizen)
    citizen.do("sign-out/")

    options = citizen.see("passkeys/options/").json()["request_options"]["publicKey"]

    assert options["rpId"] == "testserver"
    assert options.get("allowCredentials", []) == []
    assert options["userVerification"] == "required"


@pytest.mark.usefixtures("_one_window")
def test_options_are_given_ten_times_a_minute(client):
    statuses = [client.get("/en/account/passkeys/options/").status_code for _ in range(11)]

    assert statuses == [200] * 10 + [429]


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(citizen, stranger):
    mine, theirs = added(citizen), added(stranger, "Theirs")

    answers = [
        citizen.do(f"passkeys/{key_of(theirs)}/", name="Taken").status_code,
        citizen.do(f"passkeys/{key_of(theirs)}/remove/").status_code,
        citizen.see(f"passkeys/{key_of(theirs)}/").status_code,
        citizen.do(f"passkeys/{key_of(mine)}/", name="  My   new telephone ").status_code,
    ]

    assert answers == [404, 404, 404, 302]
    names = Authenticator.objects.order_by("pk").values_list("data__name", flat=True)
    assert list(names) == ["My new telephone", "Theirs"]
    citizen.do(f"passkeys/{key_of(mine)}/remove/")
    assert list(Authenticator.objects.values_list("pk", flat=True)) == [theirs.pk]


@pytest.mark.parametrize("name", ["", "x" * 61, "\u200d"])
def test_a_passkey_keeps_its_name_when_the_new_one_cannot_be_kept(citizen, name):
    passkey = added(citizen)

    page = citizen.do(f"passkeys/{key_of(passkey)}/", name=name)

    passkey.refresh_from_db()
    assert (is_refused(page), len(errors(page))) == (True, 1)
    assert passkey.data["name"] == "My telephone"


def test_the_list_shows_ones_own_passkeys(citizen, stranger):
    added(citizen)
    added(stranger, "Not mine")

    page = text(citizen.see("security/"))

    assert "<bdi>My telephone</bdi>" in page
    assert "Not mine" not in page


def test_with_a_passkey_the_code_by_e_mail_still_opens_the_account(citizen):
    """Whoever loses the telephone must not lose the account."""
    added(citizen)
    citizen.do("sign-out/")

    assert citizen.sign_in()["Location"] == "/en/account/"
    assert citizen.is_in()
