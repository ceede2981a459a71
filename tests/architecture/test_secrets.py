"""What must not be guessed comes from the system's random numbers, which nobody can seed."""

import ast
import random
from unittest.mock import Mock

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore

from shared.accounts.adapters.allauth_adapters import AccountAdapter
from shared.files.places import place_make
from shared.kernel.references import offer_number_make, reference_make
from tenants.case_access.services.receipt_codes import receipt_code_compute
from tenants.case_access.services.routes import route_row
from tenants.case_access.services.text_encryption import text_encrypt
from tenants.models import Agency
from tests.architecture.citations import ROOT
from tests.architecture.sources import nodes_of
from tests.architecture.test_rules import SOURCES

# Waits between two tries, and which schemas a check reads: nobody gains by guessing them.
MAY_DRAW = {
    "shared/jobs/services/retries.py",
    "shared/mail/services.py",
    "tenants/isolation/backends/database_nodes.py",
    "tenants/isolation/leak_test.py",
    "tenants/fleet/services/migrator/fleet_migration.py",
}
# From other modules than these two nothing secret is drawn in this project.
SEEDED = ("random", "numpy")
MAKERS = {
    "reference": reference_make,
    "number of an offer": offer_number_make,
    "place of a file": lambda: place_make(owner="a_roads"),
    "receipt code": lambda: receipt_code_compute(a_route()),
    "nonce of a cipher": lambda: bytes(text_encrypt("the same", about="x").content),
    "key of a session": lambda: SessionStore()._get_new_session_key(),
    "code for a new password": lambda: AccountAdapter().generate_password_reset_code(),
    "code for a new address": lambda: AccountAdapter().generate_email_verification_code(),
    "key of an app": generate_totp_secret,
    "seed of recovery codes": lambda: RecoveryCodes(Mock()).generate_seed(),
}


def a_route():
    """The route of a request with a reference that is known: the nonce alone is drawn."""
    route = route_row(agency=Agency(), email="", is_email_proved=False)
    route.reference = "1234567890123452"
    return route


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(MAKERS))
def test_no_secret_is_drawn_again_from_the_same_seed(name):
    random.seed(7)
    first = MAKERS[name]()
    random.seed(7)

    assert MAKERS[name]() != first


def imports(path):
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).split(".")[0]


def test_draws_that_can_be_seeded_are_made_where_nobody_gains_by_guessing():
    drawing = {str(path.relative_to(ROOT)) for path in SOURCES if set(SEEDED) & set(imports(path))}

    # What the demonstration invents is known to everybody.
    assert {one for one in drawing if not one.startswith("demo/")} == MAY_DRAW
