"""Who hides who they are is tied to no other request, by nothing that the agency has."""

import re

import pytest
from django.db import connection
from django.test import Client

from public_portal.intake.models import Draft
from shared.accounts.adapters.session_store import SessionStore
from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from tenants.case_access.enums import KeyKind
from tenants.case_access.gateway import tracking_open
from tenants.case_access.services.one_time_links import follow_up_sign
from tenants.case_access.services.tokens import token_digest
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.account.door import Account
from tests.public_portal.intake.journey import STEPS, filed_in
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

HIDDEN = (Privacy.ANONYMOUS, Privacy.CONFIDENTIAL)
# What two requests of strangers have in common as well.
COMMON = {"complaint", "person", "portal", "received", "citizen", "['none']"}
# A day, or what is said of it; a moment has a fraction of a second behind it.
DAYS = re.compile(r"\d{4}-\d\d-\d\d(?!T)")


def follow_up(citizen, receipt, agency):
    """The address that begins a request after the one of a receipt."""
    token = tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    ).token
    return citizen.client.post(
        f"/ar/submit/?follows={follow_up_sign(token=token)}", {"kind": "complaint"}
    )


def go_on(citizen, privacy=Privacy.NAMED):
    """Answer what follows the organisation, and send."""
    for step in list(STEPS)[list(STEPS).index("organisation") + 1 :]:
        changes = {"privacy": privacy} if step == "privacy" else {}
        citizen.answer(step, **changes)
    citizen.send()


def rows_about(agency, case):
    """Every row of the agency that is about one case, as text: column, value."""
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
            " WHERE table_schema = %s GROUP BY 1",
            [agency.schema_name],
        )
        found = []
        for table, columns in cursor.fetchall():
            keys = {"complaint_id": case.pk, "reference": case.reference, "subject": case.reference}
            key = next((name for name in keys if name in columns), None)
            if key is None:
                continue
            cursor.execute(
                f'SELECT row_to_json(t) FROM "{agency.schema_name}"."{table}" t WHERE {key} = %s',
                [keys[key]],
            )
            found += [
                (f"{table}.{name}", str(value))
                for (row,) in cursor.fetchall()
                for name, value in row.items()
            ]
        return found


def values_of(rows):
    """What could tie: small numbers, states that everybody has and days cannot."""
    found = {value for _column, value in rows if len(value) > 5 and value not in COMMON}
    return {value for value in found if not DAYS.search(value)}


@pytest.mark.parametrize("privacy", HIDDEN)
def test_a_request_that_hides_its_person_names_no_earlier_one(citizen, roads, privacy):
    earlier = filed(roads)
    follow_up(citizen, earlier, roads)
    go_on(citizen, privacy=privacy)

    (later,) = [one for one in filed_in(roads) if one.reference != earlier.reference]
    assert (later.privacy, later.follows) == (privacy, "")


def test_a_named_request_names_the_earlier_named_one(citizen, roads):
    earlier = filed(roads)
    follow_up(citizen, earlier, roads)
    go_on(citizen)

    (later,) = [one for one in filed_in(roads) if one.reference != earlier.reference]
    assert later.follows == earlier.reference


@pytest.mark.parametrize("privacy", HIDDEN)
def test_a_named_request_names_no_earlier_one_that_hid_its_person(citizen, roads, privacy):
    earlier = filed(roads, privacy=privacy)
    follow_up(citizen, earlier, roads)
    go_on(citizen)

    (later,) = [one for one in filed_in(roads) if one.reference != earlier.reference]
    assert later.follows == ""


@pytest.mark.parametrize("privacy", HIDDEN)
def test_nothing_of_two_requests_of_one_visit_is_the_same_in_the_agencys_rows(
    citizen, roads, privacy
):
    told = [
        {
            "story": {
                "subject": f"{word} matter",
                "body": f"The {word} text of them.",
            },
            "circumstances": {
                "place": word,
            },
            "wish": {"remedy": f"What the {word} one asks for"},
        }
        for word in ("primary", "secondary")
    ]
    citizen.file(**told[0])
    citizen.file(**told[1], privacy={"privacy": privacy})
    named, hidden = sorted(filed_in(roads), key=lambda one: one.pk)

    first, second = rows_about(roads, named), rows_about(roads, hidden)
    everything = " ".join(value for _column, value in second)

    assert (named.privacy, hidden.privacy) == (Privacy.NAMED, privacy)
    assert {named.reference, named.party.email, str(named.party.phone)} < values_of(first)
    assert {value for value in values_of(first) if value in everything} == set()


@pytest.mark.parametrize("privacy", HIDDEN)
def test_the_visit_keeps_no_reference_of_an_anonymous_request(citizen, roads, privacy):
    citizen.file(privacy={"privacy": privacy})
    (case,) = filed_in(roads)

    session = SessionStore(citizen.client.session.session_key)

    is_kept = case.reference in str(dict(session.items()))
    assert is_kept == (privacy != Privacy.ANONYMOUS)


def test_the_second_press_of_an_anonymous_request_gets_the_same_receipt(citizen, roads):
    citizen.answer_all(privacy={"privacy": Privacy.ANONYMOUS})
    pages = [citizen.send() for _ in range(2)]

    assert pages[0]["Location"] == pages[1]["Location"]
    assert len(filed_in(roads)) == 1


def leads_to(session):
    """The requests that the rows of the drafts name, found by any value of a visit."""
    digests = {token_digest(value) for value in session.values() if isinstance(value, str)}
    return set(Draft.objects.filter(digest__in=digests).values_list("reference", flat=True))


def test_the_visit_leads_by_no_draft_to_an_anonymous_request(citizen, roads):
    citizen.file(privacy={"privacy": Privacy.NAMED})
    (named,) = filed_in(roads)
    before = leads_to(SessionStore(citizen.client.session.session_key))

    citizen.file(privacy={"privacy": Privacy.ANONYMOUS})

    assert before == {named.reference}
    assert leads_to(SessionStore(citizen.client.session.session_key)) == set()


def test_after_an_anonymous_request_another_one_can_be_written(citizen, roads):
    citizen.file(privacy={"privacy": Privacy.ANONYMOUS})
    citizen.file(privacy={"privacy": Privacy.NAMED})

    assert len(filed_in(roads)) == 2


def test_leaving_takes_what_was_sealed_of_an_anonymous_request(citizen, roads):
    citizen.file(privacy={"privacy": Privacy.ANONYMOUS})
    citizen.client.post("/ar/track/leave/")

    page = citizen.see("check/")

    assert "receipt" not in page["Location"]


def test_signing_in_closes_an_anonymous_request_that_is_open(client, roads):
    hidden, named = filed(roads, privacy=Privacy.ANONYMOUS, party=PartyDraft()), filed(roads)
    kept = []
    for one in (hidden, named):
        account = Account(
            client=Client(headers={"host": "testserver"}), email=f"{one.reference}@example.org"
        )
        account.client.post("/en/track/", {"reference": one.reference, "secret": one.receipt_code})
        account.open()
        kept.append("tracking_token" in account.client.session)

    assert kept == [False, True]
