"""No line of a log holds what opens a request, or what somebody wrote."""

import logging
import sys
from io import StringIO
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from gunicorn.config import Config
from structlog.stdlib import ProcessorFormatter

from config.gunicorn_logger import PlainLogger
from config.logs import scrub
from shared.complaints.models import Complaint
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.all_forms.addresses import addresses

pytestmark = pytest.mark.django_db

KEY = "vW3xk9Zq-T_0aB7cD5eF1gH2iJ4kL6mN8oP9qR0sTuV"
REFERENCE = "4815162342108097"
IDENTIFIER = "0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70"
# Parts of addresses that open something or name somebody's request.
SECRETS = {
    **dict.fromkeys(("key", "token", "uidb36"), KEY),
    "reference": REFERENCE,
    **dict.fromkeys(
        (
            "action_id",
            "attachment_id",
            "draft_id",
            "file_id",
            "job_id",
            "offer_id",
            "request_id",
            "rule_id",
            "session_id",
            "visit_id",
        ),
        IDENTIFIER,
    ),
}
# Parts that everybody may know.
PLAIN = {
    "agency_code": "roads",
    "code": "roads",
    "slug": "how-it-works",
    "event_id": "evt",
    "act": "note",
}
NUMBERS = dict.fromkeys(
    (
        "search_id", "user_id", "invoice_id", "unit_id", "absence_id", "label_id", "template_id",
        "view_id",
    ),
    "7",
)  # fmt: skip
STORY = "Le portail ne ferme plus, dit Mme Canari-Zbeida"


@pytest.fixture
def lines(caplog):
    """Lines as a process writes them."""
    given = dict(cast(Any, settings.LOGGING)["formatters"]["json"])
    given.pop("()")
    caplog.handler.setFormatter(ProcessorFormatter(**given))
    caplog.set_level(logging.DEBUG)
    return caplog


def test_each_part_of_an_address_is_known_to_be_secret_or_not():
    names = {name for address in addresses() for name in address.parts}

    assert names <= {*SECRETS, *PLAIN, *NUMBERS}, "say in this file whether it is secret"


def test_no_refused_form_or_missing_page_is_logged_with_what_is_secret(lines, roads):
    client = Client(enforce_csrf_checks=True)
    asked = 0
    for address in addresses():
        if not address.parts.keys() & SECRETS.keys():
            continue
        path = address.path({**SECRETS, **PLAIN, **NUMBERS})
        for one in (path, f"{path}missing", path.rstrip("/")):
            client.post(one, {"body": STORY}, headers={"host": address.host})
            client.get(f"{one}?token={KEY}", headers={"host": address.host})
            asked += 1

    assert asked > 30
    assert "CSRF" in lines.text
    assert "Not Found" in lines.text
    assert [word for word in (KEY, REFERENCE, IDENTIFIER, STORY) if word in lines.text] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Not Found: /fr/track/open/{KEY}", "Not Found: /fr/track/open/…"),
        (f"/fr/submit/receipt/eyJhIjoxfQ:1rXyZ:{KEY}/pdf/", "/fr/submit/receipt/…/pdf/"),
        ("GET /fr/track/?secret=a@b.ma&x=1 refused", "GET /fr/track/?… refused"),
        (f"/cases/{REFERENCE}/reply/", "/cases/…/reply/"),
        ("number 4815 1623 4210 8097 is there", "number … is there"),
        ("550 <zbeida.canari@example.ma>: unknown", "550 <…>: unknown"),
        ("/fr/organisations/health/ has 12 rows", "/fr/organisations/health/ has 12 rows"),
    ],
)
def test_what_is_secret_in_a_text_is_left_out(text, expected):
    assert scrub(text) == expected


def refused_row():
    with transaction.atomic():
        Complaint.objects.create(
            reference=REFERENCE, kind="nonsense", subject=STORY, received_at=clock.now()
        )


def wrong_value():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [STORY])


@pytest.mark.parametrize("work", [refused_row, wrong_value])
def test_a_traceback_holds_no_value_that_the_database_quotes(lines, roads, work):
    logger = logging.getLogger("tests")
    with agency_context(roads):
        try:
            work()
        except DatabaseError as error:
            told = str(error)
            logger.exception("it failed")

    assert STORY[:20] in told
    assert f"in {work.__name__}" in lines.text
    assert "SQLSTATE 2" in lines.text
    assert "Zbeida" not in lines.text


def test_gunicorn_names_a_request_that_fails_without_its_key(roads):
    config = Config()
    logger = PlainLogger(config)
    written = StringIO()
    (handler,) = logger.error_log.handlers
    handler.setStream(written)

    try:
        with agency_context(roads):
            wrong_value()
    except DatabaseError:
        logger.exception("Error handling request %s", f"/fr/track/open/{KEY}?email=a@b.ma")
    handler.setStream(sys.stderr)

    assert "Error handling request /fr/track/open/…?…" in written.getvalue()
    assert "in wrong_value" in written.getvalue()
    assert "Zbeida" not in written.getvalue()
