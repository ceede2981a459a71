"""At which addresses of a console the password or a code is asked for again, and that they ask."""

import copy
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.urls import resolve

from shared.accounts.enums import Role
from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.all_forms.addresses import Address, addresses
from tests.all_forms.doors import Thing, Undone, asked
from tests.support.sessions import proofs_age

pytestmark = pytest.mark.django_db

HOST = "roads.testserver"
ASK_AGAIN = "/accounts/reauthenticate/"
LATE = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
# The page of the own address asks for a proof only for a request that would change something.
SENT = Thing(data={"email": "new@roads.example", "action_add": ""})
PARTS = {
    "UUIDConverter": "0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70",
    "SlugConverter": "reply",
    "StringConverter": "4815162342108097",
}
# With which methods an address asks. Whoever adds or removes a check changes this table.
ASKING = {
    "staff:add-staff": ["get", "post"],
    "staff:change-staff": ["get", "post"],
    "staff:close-account": ["get", "post"],
    "setup:change-second-step": ["post"],
    "setup:change-approval": ["post"],
    "agency_export:start-export": ["post"],
    "agency_export:take-bundle": ["get", "post"],
    # Views of allauth: they want a proof besides that of the sign-in, however fresh that is.
    "account_email": ["post"],
    "mfa_activate_totp": ["get", "post"],
    "mfa_deactivate_totp": ["get", "post"],
    "mfa_view_recovery_codes": ["get"],
    "mfa_generate_recovery_codes": ["get", "post"],
    "mfa_download_recovery_codes": ["get", "post"],
}

OWN = {name: methods for name, methods in ASKING.items() if ":" in name}


@pytest.fixture
def administrator(console):
    """An administrator with an app, who has just proved who they are."""
    user = console.sign_in_as(Role.ADMINISTRATOR)
    with agency_context(console.agency):
        TOTP.activate(user, "A" * 32)
        RecoveryCodes.activate(user)
    return user


@pytest.fixture
def stale(console, administrator):
    """The browser of an administrator whose last proof lies too far back."""
    with agency_context(console.agency):
        proofs_age(console.client, LATE)
    return console


def path_of(address: Address) -> str:
    """The address with something in each of its parts; the proof is asked for before a look-up."""
    return address.path({name: PARTS.get(kind, "1") for name, kind in address.parts.items()})


def proof_asked(client, method: str, path: str) -> str:
    """Where a request that asks for a proof leads back to, blank if it does not; it is undone."""
    cookies, target = copy.deepcopy(client.cookies), urlsplit("")
    with suppress(Undone), transaction.atomic():
        answer = asked(client, HOST, method, path, SENT)
        target = urlsplit(answer.get("Location", ""))
        raise Undone
    client.cookies = cookies
    return parse_qs(target.query).get("next", ["/"])[0] if target.path == ASK_AGAIN else ""


def asking(client) -> dict[str, list[str]]:
    """The addresses that ask, by name, with the methods."""
    found: dict[str, list[str]] = {}
    for address in addresses():
        for method in ("get", "post") if address.host == HOST else ():
            if proof_asked(client, method, path_of(address)):
                found.setdefault(address.name, []).append(method)
    return found


def test_each_address_that_asks_is_in_the_table_and_asks(stale):
    assert asking(stale.client) == ASKING


@pytest.mark.slow
def test_nobody_is_asked_right_after_the_proof(console, administrator):
    assert asking(console.client).keys() & OWN.keys() == set()


def test_the_proof_leads_back_to_a_page_that_can_be_read(stale):
    for address in addresses():
        for method in OWN.get(address.name, ()) if address.host == HOST else ():
            back = proof_asked(stale.client, method, path_of(address))
            assert resolve(back, urlconf="config.urls_agency")
            assert stale.get(back).status_code != 405


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/staff/{pk}/", {"role": "administrator", "is_active": "on"}),
        ("/staff/{pk}/close/", {"role": "agent", "cases_to": "units"}),
        ("/setup/second-step/", {"needed": "no"}),
        ("/setup/approval/", {"needed": "no"}),
    ],
)
def test_nothing_is_changed_before_the_proof(stale, colleague, roads, path, sent):
    Agency.objects.filter(pk=roads.pk).update(needs_second_step=False, needs_approval=True)
    before = Agency.objects.filter(pk=roads.pk).values().get()

    answer = stale.post(path.format(pk=colleague.pk), sent)

    assert answer.url.startswith(f"{ASK_AGAIN}?next=")
    assert Agency.objects.filter(pk=roads.pk).values().get() == before
    with agency_context(roads):
        kept = User.objects.get(pk=colleague.pk)
    assert (kept.role, kept.is_active) == (Role.AGENT, True)
