"""Nothing that an agency has, takes along or logs ties who hides who they are to anybody.

All that it can read is joined with all: one person files a named request and then a hidden one, a
stranger does the same. A value that the person's two requests have in common, and the stranger's
have not, is a tie.
"""

import csv
import io
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client

from demo.sample_files import sample_receipt_pdf
from shared.accounts.enums import Role
from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint
from shared.complaints.selectors import cases_of_person
from shared.complaints.types import PartyDraft
from shared.units.types import WHOLE_AGENCY
from tenants.agency_export.services.table_copy import agency_tables, copy_out, public_tables
from tenants.case_access.enums import KeyKind
from tenants.case_access.gateway import tracking_open
from tenants.case_access.services.one_time_links import follow_up_sign
from tenants.isolation.schema_switch import agency_context, as_owner, start_in
from tenants.models import Agency
from tests.agency_console.conftest import Console, references_on
from tests.public_portal.account.door import Account
from tests.public_portal.intake.journey import STEPS, Citizen, filed_in, receipt_code_on
from tests.support.factories import draft, organisation_of, staff
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

HIDDEN = (Privacy.ANONYMOUS, Privacy.CONFIDENTIAL)
# Everything that an agency's role may read, column by column.
READABLE = """
SELECT n.nspname, c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^(pg_|information_schema)'
    AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
GROUP BY 1, 2
"""
# What an agency reads with its own eyes, and why it is not kept from it.
SEEN_ANYWAY = {
    "complaints_attachment.sha256": "who reads two files sees that they are the same",
    "complaints_attachment.size": "the same",
    "complaints_attachment.name": "the name that the person gave the file",
}

Rows = Counter[tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Person:
    """Somebody with a browser, an account and a paper, and what names them."""

    citizen: Citizen
    word: str
    phone: str
    paper: bytes

    @property
    def email(self) -> str:
        """Their mailbox."""
        return f"{self.word}@example.org"

    def file(self, privacy: Privacy, story: str, follows: str = "") -> HttpResponseBase:
        """File a request with the paper; the receipt's page comes back."""
        told: dict[str, dict[str, str]] = {
            "story": {
                "subject": f"{story} matter",
                "body": f"The {story} text of somebody, as it was.",
                "place": story,
            },
            "wish": {"remedy": f"What the {story} one asks for"},
            "privacy": {"privacy": privacy},
            "person": {"name": f"Name of {self.word}", "email": self.email, "phone": self.phone},
        }
        if follows:
            self.citizen.client.post(f"/ar/submit/?follows={follows}", {"kind": "complaint"})
        for step in STEPS:
            if step == "files":
                upload = SimpleUploadedFile(f"paper of {self.word}.pdf", self.paper)
                url = self.citizen.url("files")
                self.citizen.client.post(url, {"uploads": upload, "add": "yes"})
            if not follows or step not in ("kind", "organisation"):
                self.citizen.answer(step, **told.get(step, {}))
        return self.citizen.client.get(self.citizen.send()["Location"])


def person(word: str, phone: str) -> Person:
    """Somebody who is signed in."""
    client = Client(headers={"host": "testserver"}, REMOTE_ADDR=f"10.9.0.{len(word)}")
    Account(client, email=f"{word}@example.org").open(name=f"Name of {word}")
    return Person(
        Citizen(client), word, phone, sample_receipt_pdf(number="1", place=f"Quay {word}")
    )


def rows_seen(agency: Agency) -> Rows:
    """Every row that the agency reads or takes along, as pairs of a column and a value."""
    found: Rows = Counter()
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(READABLE)
        for schema, table, columns in cursor.fetchall():
            listed = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f'SELECT row_to_json(t) FROM (SELECT {listed} FROM "{schema}"."{table}") t'
            )
            found.update(tuple(flat(table, row)) for (row,) in cursor.fetchall())
    with as_owner(), connection.cursor() as cursor:
        for table in (*agency_tables(cursor, agency.schema_name), *public_tables(cursor)):
            target = io.StringIO()
            owner = agency.schema_name if table.schema == "public" else ""
            copy_out(cursor, table, target, owner=owner)
            for row in csv.DictReader(io.StringIO(target.getvalue())):
                found[tuple(flat(table.name, row))] += 1
    start_in(None)
    return found


def flat(column: str, value: object) -> Iterator[tuple[str, str]]:
    """The values of a row, also those inside of JSON, each with where it stands."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from flat(f"{column}.{name}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from flat(column, inner)
    elif value not in (None, "", True, False):
        yield column, str(value)


def values_of(rows: Rows) -> set[tuple[str, str]]:
    """Column and value; a value that is long enough to be known again stands without its column."""
    pairs = {pair for row in rows for pair in row}
    return pairs | {("", value) for _column, value in pairs if len(value) > 5}


def ties(named: Rows, hidden: Rows, stranger: Rows) -> set[str]:
    """Columns of the named request whose values stand in the hidden one's rows as well."""
    common = values_of(named) & values_of(hidden) - values_of(stranger)
    return {
        column
        for row in (*named, *hidden)
        for column, value in row
        if (column, value) in common or ("", value) in common
    }


@pytest.fixture
def people() -> tuple[Person, Person]:
    """Who files twice, and a stranger who does the same."""
    return person("person", "0612345678"), person("stranger", "0698765432")


def filed_by(one: Person, agency: Agency, privacy: Privacy, stories: tuple[str, str]):
    """File a named request and then a hidden one that would follow it; yields after each."""
    page = one.file(Privacy.NAMED, stories[0])
    named = max(filed_in(agency), key=lambda case: case.pk)
    start_in(None)
    yield named
    token = tracking_open(
        reference=named.reference, kind=KeyKind.RECEIPT, value=receipt_code_on(page)
    ).token
    one.file(privacy, stories[1], follows=follow_up_sign(token=token))
    hidden = max(filed_in(agency), key=lambda case: case.pk)
    start_in(None)
    assert (hidden.privacy, hidden.pk > named.pk) == (privacy, True)
    yield hidden


@pytest.mark.parametrize("privacy", repeats(HIDDEN, keep=1))
def test_no_value_ties_a_hidden_request_to_a_named_one_of_the_same_person(
    roads, water, people, privacy, caplog, capfd
):
    organisation_of(roads)
    caplog.set_level(logging.DEBUG)
    stories = (("primary", "secondary"), ("tertiary", "quaternary"))
    left: list[Rows] = []
    logs: list[str] = []
    cases: list[Complaint] = []
    before = rows_seen(roads)
    for one, told in zip(people, stories, strict=True):
        for case in filed_by(one, roads, privacy, told):
            capture = capfd.readouterr()
            logs.append(capture.err + capture.out)
            after = rows_seen(roads)
            left.append(after - before)
            before = after
            cases.append(case)

    named, hidden, *strangers = left
    found = ties(named, hidden, strangers[0] + strangers[1])
    said = [set(re.findall(r"[^\s\"',;=()<>\\]{6,}", text)) for text in logs]

    # Each did leave something, and the named one what names.
    assert {people[0].email, cases[0].reference} <= {value for row in named for _c, value in row}
    assert cases[1].reference in {value for row in hidden for _c, value in row}
    assert found - SEEN_ANYWAY.keys() == set()
    assert said[0] & said[1] - (said[2] | said[3]) == set()
    assert not any(people[0].email in text or people[0].phone[1:] in text for text in logs)


@pytest.mark.parametrize("privacy", repeats(reversed(HIDDEN), keep=1))
def test_no_page_of_the_console_leads_from_one_to_the_other(roads, water, people, privacy):
    organisation_of(roads)
    one, _other = people
    named, hidden = list(filed_by(one, roads, privacy, ("primary", "secondary")))
    console = Console(client=Client(), agency=roads)
    console.sign_in(staff(roads, Role.ADMINISTRATOR))

    asked = (one.email, one.phone, one.word, f"paper of {one.word}", named.reference)
    results = [set(references_on(console.get("/", {"q": word, "view": "all"}))) for word in asked]
    pages = [console.get(f"/cases/{case.reference}/").content.decode() for case in (named, hidden)]
    with agency_context(roads):
        given = draft(roads, party=PartyDraft(name="x", email=one.email, phone="+212612345678"))
        found = cases_of_person(
            email=given.party.email, phone=given.party.phone, scope=WHOLE_AGENCY, user_id=0
        )

    assert {named.reference} in results
    assert all(hidden.reference not in found for found in results)
    assert {case.reference for case in found} == {named.reference}
    assert hidden.reference not in pages[0]
    assert named.reference not in pages[1]
    assert not any(word in pages[1] for word in (one.email, one.phone[1:], f"Name of {one.word}"))
