"""Who is behind a confidential request: out of the agency's reach, and still written to."""

import io

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints import services
from shared.complaints.enums import EventKind, Privacy
from shared.complaints.models import Party
from shared.complaints.selectors import complaint_get
from shared.complaints.types import Identity, PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, Actor, ActorKind
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.approvals.errors import ApprovalNotFound
from tenants.approvals.services import approval_confirm
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import (
    CaseNotFound,
    DecryptionFailed,
    EncryptedIdentityNotFound,
    IdentityNotAsked,
)
from tenants.case_access.services.identity import (
    identities_encrypt,
    identity_accesses,
    identity_ask,
    identity_open,
)
from tenants.case_access.services.party_encryption import identity_of
from tenants.isolation.schema_switch import agency_context
from tenants.models import EncryptedParty, IdentityOpening, Review
from tenants.models.enums import ApprovalKind, ReviewCause
from tests.public_portal.tracking.visits import answer, ask
from tests.support.factories import filed, officer_actor, staff
from tests.tenants.fleet.lifecycle.people import at_work, read_approval

pytestmark = pytest.mark.django_db

EMAIL = "hidden@example.org"
WHO = PartyDraft(name="Zoubida Hidden", email=EMAIL, phone="+212612345678", national_id="QX987654")
SECRETS = (WHO.name, WHO.email, WHO.phone, WHO.national_id, "612345678", "zoubida")
REASON = "A court asks who filed this request (order 12/2026)."
COURT = "Rabat, order 12/2026"
ANALYST = Actor(kind=ActorKind.OVERSIGHT, label="An analyst", user_id=7)
COLLEAGUE = Actor(kind=ActorKind.OVERSIGHT, label="A colleague", user_id=8)


def by_court(reference: str) -> Identity:
    """Asked for by one with a court's decision, agreed to by another, opened by the first."""
    ask_for_court(reference)
    agree(reference)
    return open_agreed(reference)


def ask_for_court(reference: str) -> None:
    at_work((ANALYST, Role.ANALYST), (COLLEAGUE, Role.ANALYST))
    identity_ask(reference=reference, reason=REASON, court_reference=COURT, actor=ANALYST)


def agree(reference: str, actor: Actor = COLLEAGUE) -> None:
    read = read_approval(ApprovalKind.IDENTITY, reference)
    approval_confirm(kind=ApprovalKind.IDENTITY, subject=reference, approval_id=read, actor=actor)


def open_agreed(reference: str, actor: Actor = ANALYST) -> Identity:
    read = read_approval(ApprovalKind.IDENTITY, reference)
    return identity_open(reference=reference, approval_id=read, actor=actor)


@pytest.fixture
def hidden(roads, water):
    """A confidential request; a named one, with other words, stands beside it."""
    filed(water, subject="Somebody else's water")
    return filed(roads, privacy=Privacy.CONFIDENTIAL, party=WHO)


def read_by(agency):
    """Every row that the agency's own role can read, in its schema and in the public one."""
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', n.nspname, c.relname) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', %s)"
            " AND has_table_privilege(c.oid, 'SELECT')",
            [agency.schema_name],
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        rows = {}
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows[table] = "\n".join(text for (text,) in cursor.fetchall()).lower()
    return rows


def found_in(rows, words):
    """Where one of the words stands, as text or as the bytes of a binary column."""
    return sorted(
        {
            (table, word)
            for table, text in rows.items()
            for word in words
            if word.lower() in text or word.encode().hex() in text
        }
    )


def letters_sent(agency, mailoutbox):
    with agency_context(agency):
        for number in Mail.objects.filter(sent_at=None).values_list("pk", flat=True):
            mail_send(mail_id=number)
    return [(message.to, message.subject[:16]) for message in mailoutbox]


def test_c14_no_row_that_the_agency_can_read_says_who_it_is(roads, hidden, mailoutbox):
    officer = staff(roads)
    ask(roads, hidden.reference, "Which street?")
    with agency_context(roads):
        services.citizen_message_add(reference=hidden.reference, body="That one.", actor=CITIZEN)
    answer(roads, hidden.reference)
    letters_sent(roads, mailoutbox)
    by_court(hidden.reference)

    rows = read_by(roads)

    assert found_in(rows, SECRETS) == []
    # The search sees what stands there: an officer's address, the text of the request.
    assert found_in(rows, (officer.email, "number twelve")) == [
        ("a_roads.account_emailaddress", officer.email),
        ("a_roads.accounts_user", officer.email),
        ("a_roads.complaints_complaint", "number twelve"),
    ]


def test_the_search_finds_a_named_citizen(roads):
    filed(roads, party=WHO)

    # With the case, as words by which officers find it.
    assert {table for table, _word in found_in(read_by(roads), SECRETS)} == {
        "a_roads.complaints_complaint",
        "a_roads.complaints_party",
        "a_roads.mail_mail",
    }


def test_the_reason_is_not_told_to_the_agency(roads, hidden):
    by_court(hidden.reference)

    assert found_in(read_by(roads), ("A court asks",)) == []


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM public.tenants_sealedparty",
        "UPDATE public.tenants_sealedparty SET key_id = 'x'",
        "DELETE FROM public.tenants_sealedparty",
        "SELECT * FROM public.tenants_vaultopening",
        "SELECT * FROM public.tenants_linktoken",
        "SELECT * FROM public.tenants_emailchange",
    ],
)
def test_the_agencys_role_is_refused_the_vault(roads, hidden, question):
    with (
        agency_context(roads),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute(question)


def test_filing_and_sealing_are_one_statement(roads):
    with CaptureQueriesContext(connection) as queries:
        receipt = filed(roads, privacy=Privacy.CONFIDENTIAL, party=WHO)

    written = [one["sql"] for one in queries if "complaints_party" in one["sql"]]
    assert len(written) == 1
    assert "tenants_sealedparty" in written[0]
    assert identity_of(reference=receipt.reference) == Identity(
        name=WHO.name, email=EMAIL, phone=WHO.phone, national_id=WHO.national_id
    )


def test_letters_reach_the_person_though_their_rows_name_nobody(roads, hidden, mailoutbox):
    ask(roads, hidden.reference, "Which street?")
    with agency_context(roads):
        rows = list(Mail.objects.order_by("queued_at").values_list("letter", "to"))

    sent = letters_sent(roads, mailoutbox)

    assert rows == [("received", ""), ("question", "")]
    assert sent == [([EMAIL], hidden.reference)] * 2
    with agency_context(roads):
        assert set(Mail.objects.values_list("to", flat=True)) == {""}


def test_a_confidential_person_without_an_address_is_sent_nothing(roads, mailoutbox):
    filed(roads, privacy=Privacy.CONFIDENTIAL, party=PartyDraft(name="Only A Name"))

    assert letters_sent(roads, mailoutbox) == []
    with agency_context(roads):
        assert Mail.objects.filter(sent_at=None).count() == 0


def test_a_confidential_request_is_not_opened_by_its_email(hidden):
    with pytest.raises(CaseNotFound):
        gateway.tracking_open(reference=hidden.reference, kind=KeyKind.EMAIL, value=EMAIL)


def test_opening_leaves_its_traces_on_both_sides(roads, hidden, mailoutbox):
    letters_sent(roads, mailoutbox)
    token = gateway.tracking_open(
        reference=hidden.reference, kind=KeyKind.RECEIPT, value=hidden.receipt_code
    ).token

    seen = by_court(hidden.reference)

    assert seen.name == WHO.name
    opening = IdentityOpening.objects.get()
    assert (opening.reference, opening.user_id, opening.label, opening.reason) == (
        hidden.reference,
        7,
        "An analyst",
        REASON,
    )
    lines = AuditEntry.objects.filter(subject=hidden.reference)
    assert list(lines.order_by("pk").values_list("action", "actor_label")) == [
        ("identity.approval_asked", "An analyst"),
        ("identity.approval_given", "A colleague"),
        ("vault.opened", "An analyst"),
    ]
    assert [look.reason for look in identity_accesses(token=token)] == [f"{REASON}\n\n—\n\n{COURT}"]
    last = gateway.case_show(token=token).timeline[-1]
    assert (last.kind, last.by) == (EventKind.IDENTITY_OPENED, "oversight")
    mailoutbox.clear()
    assert letters_sent(roads, mailoutbox) == [([EMAIL], hidden.reference)]


@pytest.mark.parametrize("privacy", [Privacy.NAMED, Privacy.ANONYMOUS])
def test_only_a_confidential_request_has_an_identity_to_open(roads, privacy):
    reference = filed(roads, privacy=privacy).reference

    with pytest.raises(EncryptedIdentityNotFound):
        by_court(reference)

    assert (IdentityOpening.objects.count(), EncryptedParty.objects.count()) == (0, 0)


def test_without_a_review_and_without_a_court_nothing_opens(roads, hidden):
    """Nobody of national staff opens an identity because they want to."""
    for court in ("", "   "):
        with pytest.raises(IdentityNotAsked):
            identity_ask(
                reference=hidden.reference, reason=REASON, court_reference=court, actor=ANALYST
            )
        with pytest.raises(ApprovalNotFound):
            identity_open(reference=hidden.reference, reason=REASON, actor=ANALYST)

    assert IdentityOpening.objects.count() == 0
    assert AuditEntry.objects.filter(subject=hidden.reference).count() == 0


@pytest.mark.parametrize("decision", ["", "lapsed"])
def test_an_identity_opens_while_the_citizens_review_waits(roads, hidden, decision):
    Review.objects.create(
        id=uuid7(),
        reference=hidden.reference,
        schema_name=roads.schema_name,
        cause=ReviewCause.OVERDUE,
        reason="Nobody answers me.",
        asked_at=clock.now(),
        due_on=clock.today(),
        decision=decision,
        decided_at=clock.now() if decision else None,
    )

    if decision:
        with pytest.raises(ApprovalNotFound):
            identity_open(reference=hidden.reference, reason=REASON, actor=ANALYST)
    else:
        assert identity_open(reference=hidden.reference, reason=REASON, actor=ANALYST)


@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_openings_are_only_ever_added(hidden, change):
    by_court(hidden.reference)

    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute(change.format("tenants_vaultopening"))


def test_the_sealed_words_are_not_in_the_row(hidden):
    row = EncryptedParty.objects.get()

    content = bytes(row.sealed)
    assert [word for word in SECRETS if word.encode() in content] == []
    assert (row.reference, row.schema_name) == (hidden.reference, "a_roads")


def test_a_seal_moved_to_another_reference_does_not_open(roads, hidden):
    other = filed(roads, privacy=Privacy.CONFIDENTIAL).reference
    theirs = EncryptedParty.objects.get(reference=hidden.reference)
    EncryptedParty.objects.filter(reference=other).update(sealed=theirs.sealed)

    with pytest.raises(DecryptionFailed):
        identity_of(reference=other)


def test_under_another_key_nothing_opens_and_no_opening_is_noted(hidden, settings):
    settings.VAULT_KEY = "another key " * 4

    with pytest.raises(DecryptionFailed):
        by_court(hidden.reference)

    assert IdentityOpening.objects.count() == 0


def test_a_former_key_opens_and_the_command_seals_anew(hidden, settings):
    settings.VAULT_KEY_PREVIOUS, settings.VAULT_KEY = settings.VAULT_KEY, "another key " * 4
    before = identity_of(reference=hidden.reference)
    said = io.StringIO()
    call_command("seal_parties", stdout=said)
    settings.VAULT_KEY_PREVIOUS = ""

    after = identity_of(reference=hidden.reference)

    assert before == after
    assert said.getvalue() == "1 identities sealed\n"
    assert identities_encrypt() == 0


def test_what_older_rows_hold_is_sealed_and_taken_out(roads):
    reference = filed(roads, party=WHO).reference
    with agency_context(roads):
        case = complaint_get(reference=reference)
        case.privacy = Privacy.CONFIDENTIAL
        case.save(update_fields=["privacy"])

    sealed = identities_encrypt()

    assert sealed == 1
    assert found_in(read_by(roads), SECRETS) == []
    assert identity_of(reference=reference).name == WHO.name
    assert EncryptedParty.objects.get().schema_name == "a_roads"


def test_an_agency_cannot_seal_for_another(roads, water):
    with (
        agency_context(roads),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        cursor.execute(
            "INSERT INTO public.tenants_sealedparty"
            " (reference, schema_name, key_id, sealed, created_at)"
            " VALUES ('1', 'a_water', 'x', 'x', now())"
        )


def test_the_kind_of_person_stays_with_the_agency(roads, hidden):
    with agency_context(roads):
        party = Party.objects.get()

    assert (party.kind, party.name, party.email) == ("person", "", "")


def test_an_officer_who_answers_sees_nothing_of_it(roads, hidden):
    officer = staff(roads)
    with agency_context(roads):
        case = services.complaint_assign(
            reference=hidden.reference, officer=officer, actor=officer_actor(officer)
        )
        assert (case.party.name, case.party.email) == ("", "")
