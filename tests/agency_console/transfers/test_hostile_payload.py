"""A sender writes into its own rows whatever the database lets it; its case moves all the same.

The receiver's lists, its page of the case and the citizen's page stay readable, and the audit log
says which columns had to be replaced.
"""

import json
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from shared.audit.models import AuditEntry
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message
from shared.complaints.types import UploadedContent
from shared.kernel.actors import SYSTEM
from tenants.case_access import gateway
from tenants.custody.services.offers import offer_accept
from tenants.isolation.schema_switch import agency_context, as_owner
from tests.agency_console.transfers.conftest import console_of
from tests.support.custody import hand_over, offer, request_filed
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

# What the role of an agency writes into the row of a case, and the columns that are replaced.
CASE = (
    ("language = 'xx'", "complaint.language"),
    ("privacy = 'no such'", "complaint.privacy"),
    ("channel = 'fax'", "complaint.channel"),
    ("consent = 'zz'", "complaint.consent"),
    ("outcome = 'zz'", "complaint.outcome"),
    ("outcome = 'upheld'", "complaint.outcome"),
    ("waiting_since = '9999-12-31 23:30+00'", "complaint.waiting_since"),
    ("waiting_since = 'infinity'", "complaint.waiting_since"),
    ("waiting_since = '4000-01-01 BC'", "complaint.waiting_since"),
    ("answered_at = '20000-01-01'", "complaint.answered_at"),
    ("answered_at = '2001-01-01'", "complaint.answered_at"),
    ("received_at = '-infinity'", "complaint.received_at"),
    ("received_at = now() + interval '1 day'", "complaint.received_at"),
    ("due_on = '9999-12-31'", "complaint.due_on"),
    ("promised_on = 'infinity'", "complaint.promised_on"),
    ("interim_until = '20000-01-01'", "complaint.interim_until"),
    ("happened_on = '4000-01-01 BC'", "complaint.happened_on"),
    ("reopened = 32767", "complaint.reopened"),
    ("interim_replies = 32767", "complaint.interim_replies"),
    ("""declarations = '{"a": 1}'""", "complaint.declarations"),
    ("""declarations = '["zz", ["none"]]'""", "complaint.declarations"),
    ("declarations = ('['||repeat('9', 5000)||']')::jsonb", "complaint.declarations"),
    ("declarations = (repeat('[', 3000)||repeat(']', 3000))::jsonb", "complaint.declarations"),
    ("follows = '../../etc'", "complaint.follows"),
    ("subject = E'a\\x01b'", "complaint.subject"),
    ("body = repeat('x', 200000)", "complaint.body"),
)
PARTY = (
    ("kind = 'zz'", "party.kind"),
    ("email = 'no address'", "party.email"),
    ("phone = 'a<b>'", "party.phone"),
)
MESSAGE = (
    ("kind = 'zz'", "message.kind"),
    ("kind = 'reply'", "message.kind"),
    ("at = 'infinity'", "message.at"),
    ("at = '4000-01-01 BC'", "message.at"),
)
FILE = (
    ("scan = 'zz'", "attachment.scan"),
    ("content_type = E'text/html\\nSet-Cookie: a=b'", "attachment.content_type"),
    ("sha256 = ''", "attachment.sha256"),
    ("author = ''", "attachment.author"),
    ("missing_since = 'infinity'", "attachment.missing_since"),
)


def variants():
    """Damages that one case can have at once: of each column the first, then the second, ..."""
    found: list[list[tuple[str, str]]] = []
    for table, key, changes in (
        ("complaint", "id", CASE),
        ("party", "complaint_id", PARTY),
        ("message", "complaint_id", MESSAGE),
        ("attachment", "complaint_id", FILE),
    ):
        seen: Counter[str] = Counter()
        for change, column in changes:
            name = change.partition(" ")[0]
            if seen[name] == len(found):
                found.append([])
            statement = f"UPDATE complaints_{table} SET {change} WHERE {key} = %s"
            found[seen[name]].append((statement, column))
            seen[name] += 1
    return found


CHAINS = (
    "5",
    '{"a": 1}',
    "[5]",
    '[{"agency_code": "water"}]',
    '[{"agency_code": ["x"], "since": "2026-01-01T00:00:00+00:00", "until": 5}]',
    "[" * 2000 + "]" * 2000,
    '[{"agency_code": "x", "since": "0001-01-01T00:00:00+00:00", "until":'
    ' "9999-12-31T23:59:59+00:00", "events": [], "accesses": [], "oversight_accesses": []}]',
)


@pytest.fixture
def unbounded(roads):
    """The sender's tables as they are until those who operate have validated what was there."""
    schema = roads.schema_name
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c'"
            " AND connamespace = %s::regnamespace AND conname LIKE '%%\\_values'",
            [schema],
        )
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def by_its_role(agency, statement, *values):
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(statement, values)


def number_of(agency, one):
    with agency_context(agency):
        return Complaint.objects.get(reference=one.reference).pk


@pytest.mark.usefixtures("unbounded")
def test_damaged_case_moves_and_no_page_of_the_receiver_fails(roads, water):
    moved = {}
    for damages in variants():
        one = request_filed(roads)
        gateway.message_add(token=one.token, body="Since May.")
        upload = UploadedContent(name="cellar.txt", content=b"water")
        gateway.attachment_add(token=one.token, upload=upload)
        made = offer(one, water)
        for statement, _column in damages:
            by_its_role(roads, statement, number_of(roads, one))
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
        # An empty list was read in the place of JSON that cannot be decoded: nothing to replace.
        moved[one] = {column for statement, column in damages if "jsonb" not in statement}
    receiver = console_of(water)
    pages = [receiver.get(f"/cases/{one.reference}/").status_code for one in moved]

    assert receiver.get("/?view=all").status_code == 200
    assert set(pages) == {200}
    assert [one.shown().reference for one in moved] == [one.reference for one in moved]
    for one, damaged in moved.items():
        assert damaged - replaced(water, one) == set()


def replaced(agency, one):
    """The columns of a case that the audit log names as replaced."""
    with agency_context(agency):
        lines = AuditEntry.objects.filter(action="transfer.repaired")
        found = lines.filter(subject__startswith=one.reference)
        return {line.subject.split(": ", 1)[1] for line in found}


def test_case_that_is_sound_is_taken_over_without_a_repair(roads, water):
    one = request_filed(roads)
    gateway.message_add(token=one.token, body="Since May.")
    gateway.attachment_add(token=one.token, upload=UploadedContent(name="a.txt", content=b"water"))
    hand_over(one, water)

    with agency_context(water):
        assert not AuditEntry.objects.filter(action="transfer.repaired").exists()


def test_file_that_names_a_message_of_another_case_moves_without_it(roads, water):
    """The key would fail at the commit, and the case could not leave."""
    other, one = request_filed(roads), request_filed(roads)
    gateway.message_add(token=other.token, body="Since May.")
    gateway.attachment_add(token=one.token, upload=UploadedContent(name="a.txt", content=b"water"))
    made = offer(one, water)
    with agency_context(roads):
        written = Message.objects.get(complaint__reference=other.reference)
        Attachment.objects.update(message=written)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)

    with agency_context(water):
        assert Attachment.objects.get().message is None
    connection.check_constraints()


def test_numbers_that_the_receiver_has_already_are_made_anew(roads, water):
    """Whoever saw the number of a message could make every later case with it fail to move."""
    first, second = request_filed(roads), request_filed(roads)
    gateway.message_add(token=first.token, body="First.")
    hand_over(first, water)
    with agency_context(water):
        seen = Message.objects.get()
    made = offer(second, water)
    with agency_context(roads):
        row = Complaint.objects.get(reference=second.reference)
        Message(
            pk=seen.pk, complaint=row, kind="message", author="citizen", body="x", at=timezone.now()
        ).save(force_insert=True)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)

    with agency_context(water):
        assert Message.objects.get(pk=seen.pk).complaint.reference == first.reference
        assert Message.objects.get(complaint__reference=second.reference).pk != seen.pk


@pytest.mark.parametrize("stored", repeats(CHAINS, keep=3))
def test_chain_that_is_none_keeps_neither_case_nor_page(roads, water, stored):
    one = request_filed(roads)
    made = offer(one, water)
    with agency_context(roads):
        row = Complaint.objects.get(reference=one.reference)
        written = ComplaintEvent.objects.filter(complaint=row).first()
        by_its_role(
            roads,
            "INSERT INTO complaints_complaintevent (id, complaint_id, position, kind, status,"
            " outcome, chain, actor_kind, actor_label, at) VALUES (gen_random_uuid(), %s, 77,"
            " 'transfer_accepted', 'received', '', %s, 'system', 'system', %s)",
            row.pk,
            stored,
            written.at,
        )
    assert one.shown().reference == one.reference
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)

    assert one.shown().reference == one.reference
    assert json.dumps([step.agency_code for step in one.shown().custody])
