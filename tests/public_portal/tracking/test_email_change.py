"""Another e-mail address: only when both mailboxes agree."""

from datetime import timedelta

import pytest
from django.test import Client

from shared.complaints.enums import EventKind, Privacy
from shared.complaints.models import ComplaintEvent
from shared.complaints.selectors import complaint_get
from shared.complaints.types import PartyDraft
from shared.kernel import clock
from shared.mail.models import Mail
from tenants.case_access.services.party_encryption import identity_of
from tenants.case_access.services.tokens import keys_prune, link_issue
from tenants.isolation.schema_switch import agency_context
from tenants.models import EmailChange, LinkToken, Route
from tenants.models.enums import LinkPurpose
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor, ask
from tests.support.factories import filed
from tests.support.refused_forms import is_refused
from tests.support.sampling import repeats
from tests.tenants.case_access.test_identity import found_in, read_by

pytestmark = pytest.mark.django_db

NEW = "new.address@example.org"


def case_email(agency, reference):
    with agency_context(agency):
        return complaint_get(reference=reference).party.email


def events(agency, reference):
    with agency_context(agency):
        rows = ComplaintEvent.objects.filter(complaint__reference=reference)
        return list(rows.order_by("position").values_list("kind", flat=True))


def stranger():
    return Visitor(client=Client(headers={"host": "testserver"}))


@pytest.fixture
def inside(visitor, receipt, roads):
    """The citizen in their space; the letters of the filing have left."""
    deliver(roads)
    visitor.open(receipt.reference, receipt.receipt_code)
    return visitor


@pytest.fixture
def links(inside):
    """The change is asked for; the link in the former mailbox and the one in the new."""
    inside.do("email/", email=NEW)
    old, new = deliver()
    assert (old.to, new.to) == ([EMAIL], [NEW])
    return links_in(old)[0], links_in(new)[0]


@pytest.mark.parametrize("first", [0, 1])
def test_the_second_proof_changes_the_address(inside, links, receipt, roads, first):
    one, other = links[first], links[1 - first]

    inside.client.post(one, {"do": "prove"})
    between = case_email(roads, receipt.reference)
    page = stranger().client.post(other, {"do": "prove"})

    assert page.status_code == 200
    assert page.context["proof"].is_changed
    assert (between, case_email(roads, receipt.reference)) == (EMAIL, NEW)
    assert events(roads, receipt.reference)[-1] == EventKind.EMAIL_CHANGED
    assert stranger().open(receipt.reference, NEW)["Location"] == "/fr/track/case/"
    assert stranger().open(receipt.reference, EMAIL).status_code == 404
    assert EmailChange.objects.count() == 0


def test_letters_go_to_the_new_address_and_a_last_one_to_the_former(inside, links, receipt, roads):
    for link in links:
        inside.client.post(link)
    last = deliver()
    ask(roads, receipt.reference, "Which street?")

    assert [(one.to, links_in(one)) for one in last] == [
        ([EMAIL], [f"/fr/track/?reference={receipt.reference}"])
    ]
    assert [one.to for one in deliver(roads)] == [[NEW]]


def test_a_confidential_address_changes_under_its_seal(visitor, roads):
    who = PartyDraft(name="Zoubida Hidden", email="hidden@example.org")
    hidden = filed(roads, privacy=Privacy.CONFIDENTIAL, party=who)
    deliver(roads)
    visitor.open(hidden.reference, hidden.receipt_code)
    visitor.do("email/", email=NEW)
    for letter in deliver():
        visitor.client.post(links_in(letter)[0])

    assert identity_of(reference=hidden.reference).email == NEW
    assert identity_of(reference=hidden.reference).name == who.name
    assert found_in(read_by(roads), (NEW, "hidden@example.org")) == []
    deliver()
    stranger().open(hidden.reference, NEW)
    assert [letter.to for letter in deliver()] == [[NEW]]


def test_one_proof_changes_nothing(inside, links, receipt, roads):
    inside.client.post(links[1])

    again = inside.client.post(links[1])

    assert case_email(roads, receipt.reference) == EMAIL
    assert again.status_code == 410


def test_looking_proves_nothing(inside, links, receipt, roads):
    for link in (*links, *links):
        assert inside.client.get(link).status_code == 200

    change = EmailChange.objects.get()
    assert (change.is_old_proved, change.is_new_proved) == (False, False)


@pytest.mark.parametrize("refuser", [0, 1])
def test_either_mailbox_can_refuse(inside, links, receipt, roads, refuser):
    inside.client.post(links[1 - refuser])

    page = inside.client.post(links[refuser], {"do": "refuse"})

    assert page.status_code == 200
    assert inside.client.post(links[1 - refuser]).status_code == 410
    assert case_email(roads, receipt.reference) == EMAIL
    assert EmailChange.objects.count() == 0


def test_the_space_shows_what_waits_and_takes_it_back(inside, links, receipt, roads):
    inside.client.post(links[0])
    shown = inside.see("case/email/").context["change"]
    inside.do("email/keep/")

    assert (shown.is_old_proved, shown.is_new_proved) == (True, False)
    assert inside.see("case/email/").context["change"] is None
    assert inside.client.post(links[1]).status_code == 410
    assert case_email(roads, receipt.reference) == EMAIL


def test_a_change_that_was_taken_back_before_the_letters_left_writes_to_nobody(inside):
    inside.do("email/", email=NEW)
    inside.do("email/keep/")

    assert deliver() == []


def test_a_second_wish_replaces_the_first_with_its_links(inside, links, receipt, roads):
    inside.do("email/", email="third@example.org")
    old, new = deliver()

    assert [inside.client.get(link).status_code for link in links] == [410, 410]
    assert new.to == ["third@example.org"]
    for letter in (old, new):
        inside.client.post(links_in(letter)[0])
    assert case_email(roads, receipt.reference) == "third@example.org"


def test_after_three_days_the_change_is_forgotten(inside, links, receipt, roads):
    with clock.travel(clock.now() + timedelta(days=3, seconds=1)):
        pages = [inside.client.post(link).status_code for link in links]
        keys_prune()

    assert pages == [410, 410]
    assert EmailChange.objects.count() == 0
    assert case_email(roads, receipt.reference) == EMAIL


def test_links_sent_to_the_former_address_open_no_more(inside, links, receipt, roads):
    route = Route.objects.get(reference=receipt.reference)
    with agency_context(roads):
        letter = Mail.objects.first().pk
    key = link_issue(route=route, purpose=LinkPurpose.OPEN, letter=letter)
    for link in links:
        inside.client.post(link)

    assert LinkToken.objects.count() == 0
    assert stranger().client.post(f"/fr/track/open/{key}/").status_code == 410


@pytest.mark.parametrize(
    "email",
    repeats(
        [
            EMAIL,
            f" {EMAIL.upper()} ",
            "someone@mailinator.com",
            "someone@x.YOPMAIL.com",
            "nobody",
            "a@b",
            "",
            "a\r\nbcc: x@y.ma@c.ma",
            "x" * 300 + "@example.org",
        ],
        keep=5,
    ),
)
def test_an_address_that_cannot_be_taken_is_refused_beside_its_field(inside, email):
    page = inside.do("email/", email=email)

    assert is_refused(page)
    assert page.context["form"].errors
    assert EmailChange.objects.count() == 0
    assert deliver() == []


def test_an_anonymous_request_has_no_address_to_change(visitor, roads):
    anonymous = filed(roads, privacy=Privacy.ANONYMOUS)
    visitor.open(anonymous.reference, anonymous.receipt_code)

    answers = [visitor.see("case/email/"), visitor.do("email/", email=NEW)]
    page = visitor.see().text

    assert [answer["Location"] for answer in answers] == ["/fr/track/case/"] * 2
    assert "ne comporte pas d’adresse e-mail" in page
    assert "/fr/track/case/email/" not in page
    assert (EmailChange.objects.count(), deliver()) == (0, [])


def test_neither_address_stands_in_a_row_while_the_change_waits(inside, receipt, roads):
    inside.do("email/", email=NEW)

    rows = [f"{row.to} {row.context}" for row in Mail.objects.all()]
    content = bytes(EmailChange.objects.get().sealed)

    assert [row for row in rows if "example.org" in row] == []
    assert NEW.encode() not in content
    deliver()
    assert {(row.to, str(row.context)) for row in Mail.objects.all()} == {("", "{}")}


def test_the_citizen_reads_in_the_space_that_the_address_changed(inside, links, receipt):
    for link in links:
        inside.client.post(link)
    inside.open(receipt.reference, NEW)

    inside.open(receipt.reference, receipt.receipt_code)
    case = inside.see().context["space"].case
    assert (case.timeline[-1].kind, case.timeline[-1].by) == (EventKind.EMAIL_CHANGED, "citizen")


def test_a_form_from_another_site_proves_nothing(links):
    browser = Client(enforce_csrf_checks=True, headers={"host": "testserver"})

    assert [browser.post(link).status_code for link in links] == [403, 403]
    assert LinkToken.objects.count() == 2


def test_after_the_change_what_the_former_address_had_opened_ends(inside, links, receipt):
    former = stranger()
    former.open(receipt.reference, EMAIL)

    for link in links:
        inside.client.post(link, {"do": "prove"})

    assert former.see()["Location"] == "/fr/track/"
