"""Anonymous: a conversation both ways, and no trace of where it came from."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.config.test_serving import gunicorn
from tests.public_portal.tracking.visits import Visitor, answer, ask
from tests.support.factories import filed
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

ADDRESS = "203.0.113.77"
IPV6 = "2001:db8:77:88::1"


def everything():
    """Every row of every table, as the owner of the database sees them."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname = 'public' OR starts_with(schemaname, 'a_')"
        )
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")
            texts += [text for (text,) in cursor.fetchall()]
    return "\n".join(texts).lower()


@pytest.mark.parametrize("address", [ADDRESS, IPV6])
def test_no_table_keeps_the_address_of_who_files_and_follows(roads, caplog, address):
    browser = Client(headers={"host": "testserver"}, REMOTE_ADDR=address)
    sent = browser.post(
        "/api/v1/complaints/",
        {
            "organisation": "roads",
            "kind": "complaint",
            "language": "fr",
            "privacy": "anonymous",
            "subject": "Dark street",
            "body": "The lamp of the fourth corner has been out for a month.",
        },
        content_type="application/json",
    )
    receipt = sent.json()
    visitor = Visitor(client=browser)
    visitor.open(receipt["reference"], "1234567890123456")
    visitor.open(receipt["reference"], receipt["receipt_code"])
    visitor.do("messages/", body="It is still dark.")
    browser.post(visitor.url("link/"), {"reference": receipt["reference"], "email": "a@b.ma"})

    rows = everything()

    assert sent.status_code == 201
    assert "fourth corner" in rows
    spellings = (address, address.encode().hex(), "203.0.113", "2001:db8:77", "203, 0, 113")
    assert [one for one in spellings if one in rows] == []
    assert address not in caplog.text


def test_the_server_keeps_no_log_of_visits():
    assert gunicorn()["accesslog"] is None


def test_c14_both_sides_talk_and_nobody_knows_to_whom(visitor, roads):
    sent = PartyDraft(name="Sent Nevertheless", email="sent@example.org")
    receipt = filed(roads, privacy=Privacy.ANONYMOUS, party=sent)
    visitor.open(receipt.reference, receipt.receipt_code)
    ask(roads, receipt.reference, "Which street?")
    asked = visitor.see().context["space"].case.messages[-1].body
    visitor.do("messages/", body="The street of the mosque.")
    visitor.do("files/", uploads=SimpleUploadedFile("photo.pdf", PDF))
    answer(roads, receipt.reference)
    visitor.do("rating/", resolved="no", handling="2")
    visitor.do("reopen/", reason="not_done", body="Rien.")

    case = visitor.see().context["space"].case
    assert asked == "Which street?"
    assert case.reopened == 1
    assert [file.name for file in case.attachments] == ["photo.pdf"]
    rows = everything()
    assert [word for word in ("sent nevertheless", "sent@example.org") if word in rows] == []
    with agency_context(roads), connection.cursor() as cursor:
        # Officers are written to about the case; nobody else.
        cursor.execute("SELECT count(*) FROM mail_mail WHERE letter <> 'case_notice'")
        assert cursor.fetchone() == (0,)
