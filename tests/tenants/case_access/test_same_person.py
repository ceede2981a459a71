"""Only the same proved mailbox and the same name join two requests, or the citizen of both."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.utils import ProgrammingError

from public_portal.account.services import account_erase, account_make
from shared.audit.selectors import audit_entries
from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.complaints.errors import NotSamePerson
from shared.complaints.models import Complaint, Party
from shared.complaints.selectors import complaint_get
from shared.complaints.types import PartyDraft
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.identifiers import uuid7
from shared.kernel.references import reference_make
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind, PersonTie
from tenants.case_access.services.email_changes import email_change_begin, email_prove
from tenants.case_access.services.email_proofs import email_given_prove
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.same_person import person_links
from tenants.case_access.services.tokens import link_issue
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route, SamePersonClaim
from tenants.models.enums import LinkPurpose
from tests.support.custody import request_filed
from tests.support.factories import (
    REPLY,
    draft,
    filed,
    filed_and_proved,
    mailbox_answered,
    officer_actor,
    organisation_of,
    staff,
)
from tests.support.sampling import repeats
from tests.tenants.custody.test_split import split

pytestmark = pytest.mark.django_db

HER = PartyDraft(name="Amina Kadiri", email="amina@example.org", phone="+212612345678")


def tie_of(agency, one, other):
    links = person_links(agency=agency, reference=one.reference, others=[other.reference])
    return links[other.reference].tie


def merge(agency, one, other):
    """The later one into the earlier one."""
    with agency_context(agency):
        services.case_merge(reference=other.reference, into=one.reference, actor=SYSTEM)


def is_merged(agency, one):
    with agency_context(agency):
        return complaint_get(reference=one.reference).merged_into_id is not None


def hers(roads):
    return filed_and_proved(roads, party=HER)


def proved_at(one):
    return Route.objects.get(pk=one.reference).email_proved_at


@pytest.mark.parametrize(
    ("party", "is_proved", "tie"),
    [
        (PartyDraft(name="A stranger", phone=HER.phone), False, PersonTie.TELEPHONE),
        (replace(HER, email="stranger@example.org"), True, PersonTie.TELEPHONE),
        (replace(HER, name="A stranger"), False, PersonTie.UNPROVED),
        (HER, False, PersonTie.UNPROVED),
        (replace(HER, name="Said Kadiri"), True, PersonTie.NAMES_DIFFER),
        (replace(HER, name="—"), True, PersonTie.NAMES_DIFFER),
        (PartyDraft(name=HER.name), False, PersonTie.NONE),
        (PartyDraft(name=HER.name, email="other@example.org"), True, PersonTie.NONE),
        (replace(HER, email="AMINA@Example.ORG"), True, PersonTie.SAME),
        (replace(HER, name="amina  KADIRI"), True, PersonTie.SAME),
        # Written with the sign for Kelvin: the same name, in another form of its letters.
        (replace(HER, name="Amina \u212aadiri"), True, PersonTie.SAME),
    ],
)
def test_what_two_requests_have_in_common_and_what_it_allows(roads, party, is_proved, tie):
    """A telephone, an address that nobody proved, or a shared mailbox joins nothing."""
    one = hers(roads)
    other = (filed_and_proved if is_proved else filed)(roads, party=party)

    assert tie_of(roads, one, other) == tie
    if tie == PersonTie.SAME:
        merge(roads, one, other)
    else:
        with pytest.raises(NotSamePerson):
            merge(roads, one, other)
    assert is_merged(roads, other) is (tie == PersonTie.SAME)


@pytest.mark.parametrize("letter", ["\u017f", "\u212a"])
def test_letters_that_only_look_alike_are_other_mailboxes(roads, letter):
    """The long s and the sign for Kelvin are small letters of s and k for ``casefold``."""
    plain = letter.casefold()
    own = replace(HER, phone="", email=f"a{plain}mina@example.org")
    one = filed_and_proved(roads, party=own)
    other = filed_and_proved(roads, party=replace(own, email=f"a{letter}mina@example.org"))

    assert tie_of(roads, one, other) == PersonTie.NONE
    with pytest.raises(NotSamePerson):
        merge(roads, one, other)


@pytest.mark.parametrize("privacy", [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS])
def test_whoever_hides_the_name_is_joined_with_nobody(roads, privacy):
    one, other = hers(roads), filed_and_proved(roads, party=HER, privacy=privacy)

    assert tie_of(roads, one, other) == PersonTie.NONE
    with pytest.raises(NotSamePerson):
        merge(roads, one, other)


@pytest.mark.parametrize(
    ("field", "stranger"),
    [
        ("email", replace(HER, phone="", email="stranger@example.org")),
        ("name", replace(HER, phone="", name="A stranger")),
    ],
)
def test_agency_that_writes_other_people_into_its_tables_joins_nobody(roads, field, stranger):
    """Its role may change the rows of its parties; the digests of the filing stay."""
    one, other = hers(roads), filed_and_proved(roads, party=stranger)
    with agency_context(roads):
        party = Party.objects.filter(complaint__reference=other.reference)
        party.update(**{field: getattr(HER, field)})

    with pytest.raises(NotSamePerson):
        merge(roads, one, other)


def test_only_acts_of_the_mailbox_after_the_filing_prove_it(roads):
    """That letters with content may go there says nothing: it is true by default."""
    one = filed(roads, party=HER)
    assert Route.objects.get(pk=one.reference).is_email_proved
    follower = gateway.complaint_file(
        draft=draft(roads, party=HER, follows=one.reference), actor=CITIZEN
    )
    assert (proved_at(one), proved_at(follower)) == (None, None)

    for receipt, purpose, use in (
        (one, LinkPurpose.OPEN, link_open),
        (follower, LinkPurpose.GIVEN_EMAIL, email_given_prove),
    ):
        route = Route.objects.get(pk=receipt.reference)
        use(key=link_issue(route=route, purpose=purpose, letter=uuid7()))

    assert proved_at(one) is not None
    assert proved_at(follower) is not None


def change_address(one, email):
    token = gateway.tracking_open(
        reference=one.reference, kind=KeyKind.RECEIPT, value=one.receipt_code
    ).token
    email_change_begin(token=token, email=email)
    route = Route.objects.get(pk=one.reference)
    for purpose in (LinkPurpose.OLD_EMAIL, LinkPurpose.NEW_EMAIL):
        email_prove(key=link_issue(route=route, purpose=purpose, letter=uuid7()))


@pytest.mark.parametrize("is_main", repeats([True, False], keep=1))
def test_address_that_changes_ends_the_merge(roads, is_main):
    one, other = hers(roads), hers(roads)
    merge(roads, one, other)

    change_address(one if is_main else other, "new@example.org")

    assert not is_merged(roads, other)
    assert tie_of(roads, one, other) == PersonTie.TELEPHONE


def test_other_agency_holds_no_request_of_the_same_person(roads, water):
    one = hers(roads)
    organisation_of(water)
    theirs = filed_and_proved(water, party=HER)

    assert tie_of(roads, one, theirs) == PersonTie.NONE


def test_proof_of_a_route_is_not_written_twice(roads):
    one = hers(roads)
    first = proved_at(one)

    mailbox_answered(one.reference)

    assert proved_at(one) == first


def test_role_of_an_agency_writes_no_proof_and_reads_no_answer(roads):
    """With its own role of the database: neither a route that says so, nor what citizens said."""
    one = hers(roads)
    forged = Route.objects.get(pk=one.reference)
    forged.reference = reference_make()
    with agency_context(roads):
        with pytest.raises(ProgrammingError), transaction.atomic():
            forged.save(force_insert=True)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Route.objects.filter(pk=one.reference).update(email_proved_at=None)
        with pytest.raises(ProgrammingError), transaction.atomic():
            SamePersonClaim.objects.count()
    forged.email_proved_at = None
    with agency_context(roads):
        forged.save(force_insert=True)


def test_account_proves_its_own_address_at_the_filing_and_no_other(roads):
    user = account_make(email=HER.email, name=HER.name, language="fr", actor=SYSTEM)
    own, other = [
        gateway.complaint_file(
            draft=draft(roads, party=replace(HER, email=email)), actor=CITIZEN, owner_id=user.pk
        )
        for email in (HER.email, "other@example.org")
    ]

    assert proved_at(own) is not None
    assert proved_at(other) is None


def test_account_that_is_erased_leaves_the_proof_of_the_mailbox(roads):
    """The address is still the one to which the letters go, and its mailbox has answered."""
    user = account_make(email=HER.email, name=HER.name, language="fr", actor=SYSTEM)
    pair = [
        gateway.complaint_file(draft=draft(roads, party=HER), actor=CITIZEN, owner_id=user.pk)
        for _request in range(2)
    ]
    merge(roads, *pair)

    account_erase(user=user)

    assert is_merged(roads, pair[1])
    assert tie_of(roads, *pair) == PersonTie.SAME


def test_part_of_a_split_request_has_the_proof_of_the_whole(roads, water):
    organisation_of(water)
    one = request_filed(roads, party=HER)
    mailbox_answered(one.reference)

    part = split(one, water)

    route = Route.objects.get(pk=part)
    assert route.email_proved_at == proved_at(one)
    assert route.name_digest is not None


def test_part_cut_out_after_the_agency_wrote_another_person_proves_nothing(roads, water):
    organisation_of(water)
    one = request_filed(roads, party=replace(HER, name="X", email="x@example.org"))
    mailbox_answered(one.reference)
    with agency_context(roads):
        party = Party.objects.filter(complaint__reference=one.reference)
        party.update(email=HER.email, name=HER.name)

    part = split(one, water)

    route = Route.objects.get(pk=part)
    assert (route.email_proved_at, route.name_digest) == (None, None)


def listed(*arguments):
    out = StringIO()
    call_command("merged_requests", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("is_answered", repeats([False, True], keep=1))
def test_command_lists_merges_without_proof_and_ends_one_of_them(roads, is_answered):
    """As an earlier release made them: by a telephone."""
    officer = staff(roads)
    good = hers(roads), hers(roads)
    merge(roads, *good)
    main = filed(roads, party=HER)
    stranger = filed(roads, party=PartyDraft(name="X", phone=HER.phone, email="x@example.org"))
    with agency_context(roads):
        rows = Complaint.objects.filter(reference=stranger.reference)
        rows.update(merged_into=complaint_get(reference=main.reference))
        if is_answered:
            services.complaint_reply(
                reference=main.reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
            )
        Mail.objects.all().delete()

    state = "answered" if is_answered else "open"
    line = f"roads {stranger.reference} {main.reference} {state} telephone\n"
    assert listed() == listed("--agency", "roads") == f"{line}1 merges without proof.\n"
    listed("--end", stranger.reference)

    assert listed() == "0 merges without proof.\n"
    assert not is_merged(roads, stranger)
    with agency_context(roads):
        letters = Mail.objects.order_by("to").values_list("to", "letter", "context")
        told = [(to, letter) for to, letter, _context in letters]
        assert told == [(HER.email, "unmerged"), ("x@example.org", "unmerged")]
        assert not any(main.reference in str(one) for *_rest, one in letters)
        assert not any(stranger.reference in str(one) for *_rest, one in letters)
        for receipt in (main, stranger):
            assert [one.action for one in audit_entries(subject=receipt.reference)][-1] == (
                "case.merge_ended"
            )
