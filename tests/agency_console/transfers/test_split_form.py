"""The form with which an officer cuts a part out of a case and offers it."""

import re

import pytest

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.models import Attachment, Complaint
from shared.complaints.services import complaint_assign
from shared.complaints.types import PartyDraft, UploadedContent
from shared.directory.models import Alias, Organisation
from shared.kernel.actors import SYSTEM
from shared.kernel.text import search_key, sound_key
from tenants.agencies.selectors import address_book_clear
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.fleet.services.lifecycle.states import agency_suspend
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, CaseSplit, TransferOffer
from tests.agency_console.conftest import text_of, typed_in, version_on
from tests.agency_console.test_frozen_data import rows_of_page
from tests.agency_console.transfers.conftest import NOTE, SECRET, console_of
from tests.support.custody import offer, request_filed
from tests.support.factories import mailbox_answered, officer_actor, staff
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

BODY = "The cellar is under water since the works."
SUBJECT = "Water in the cellar"


@pytest.fixture(autouse=True)
def bodies(held):
    """A body that a search finds, for which the second agency answers."""
    Organisation.objects.filter(code="water").update(name_en="Waterworks")
    Alias.objects.create(
        organisation=Organisation.objects.get(code="water"), kind="name", text="waterworks",
        key=search_key("waterworks"), sound=sound_key("waterworks"),
    )  # fmt: skip


def path_of(reference):
    return f"/transfers/split/{reference}/"


def fill(console, reference, **changes):
    given = {
        "version": version_on(console.get(path_of(reference))),
        "subject": SUBJECT,
        "body": BODY,
        "words": "waterworks",
        "organisation_code": "water",
        "reason": "competence",
        "note": NOTE,
        "step": "split",
    }
    return console.post(path_of(reference), {**given, **changes})


def grouped(reference):
    return " ".join(reference[place : place + 4] for place in range(0, 16, 4))


def test_fs7_officer_cuts_a_part_out_and_offers_it(holder, held, roads):
    page = text_of(holder.get(f"/cases/{held.reference}/"))
    assert path_of(held.reference) in page
    form = text_of(holder.get(path_of(held.reference)))
    assert f"The cellar of {SECRET} is under water since the works." in form
    assert f'value="Subject {SECRET}"' in form

    found = fill(holder, held.reference, organisation_code="", step="search")
    assert 'value="water"' in text_of(found)
    assert typed_in(found, "body") == BODY
    assert not TransferOffer.objects.exists()
    answer = fill(holder, held.reference)

    assert answer.url == f"/cases/{held.reference}/"
    made = TransferOffer.objects.get()
    assert (made.to_schema, made.note) == ("a_water", NOTE)
    assert CaseSplit.objects.get().part_reference == made.reference
    shown = text_of(holder.get(answer.url))
    assert grouped(made.reference) in shown
    with agency_context(roads):
        part = Complaint.objects.get(reference=made.reference)
        assert (part.subject, part.body) == (SUBJECT, BODY)
        whole = Complaint.objects.get(reference=held.reference)
        assert (part.received_at, part.due_on) == (whole.received_at, whole.due_on)


def test_fs7_message_names_who_was_asked(holder, held):
    water = Agency.objects.get(code="water")
    water.name_en = "Water agency"
    water.save()
    address_book_clear()

    answer = fill(holder, held.reference)

    assert "It is offered to \u2068Water agency\u2069." in text_of(holder.get(answer.url))


def test_fs7_form_says_what_happens(holder, held):
    page = text_of(holder.get(path_of(held.reference)))

    assert "the same day of filing and the same legal deadline" in page
    assert "It stays with you until the other administration accepts it" in page


def test_fs7_file_of_the_citizen_is_chosen_and_copied(holder, held, roads):
    weak = gateway.tracking_open(
        reference=held.reference, kind=KeyKind.EMAIL, value=f"{SECRET}@example.org"
    )
    gateway.attachment_add(
        token=weak.token, upload=UploadedContent(name="stranger.txt", content=b"?")
    )
    page = text_of(holder.get(path_of(held.reference)))
    (offered,) = re.findall(r'name="attachments" value="([^"]+)"', page)
    assert "stranger.txt" not in page

    answer = fill(holder, held.reference, attachments=[offered])

    assert answer.status_code == 302
    made = TransferOffer.objects.get().reference
    with agency_context(roads):
        part = Complaint.objects.get(reference=made)
        assert [file.name for file in Attachment.objects.filter(complaint=part)] == [
            f"{SECRET}.txt"
        ]


def test_fs7_file_of_another_case_is_refused(holder, held, roads):
    with agency_context(roads):
        mine = Attachment.objects.get()
    other = request_filed(roads)
    gateway.attachment_add(
        token=other.token, upload=UploadedContent(name="theirs.txt", content=b"?")
    )
    with agency_context(roads):
        theirs = Attachment.objects.exclude(pk=mine.pk).get()

    page = fill(holder, held.reference, attachments=[str(mine.pk), str(theirs.pk)])

    assert is_refused(page)
    assert "Choose among the files that are shown." in text_of(page)
    (box,) = re.findall(rf'<input[^>]*value="{mine.pk}"[^>]*>', text_of(page))
    assert "checked" in box
    assert not TransferOffer.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "Too short."},
        {"body": "Too short."},
        {"subject": ""},
        {"reason": ""},
        {"organisation_code": "no-such-body"},
        {"words": "", "organisation_code": "roads"},
    ],
)
def test_fs7_form_with_a_fault_keeps_what_was_typed(changes, holder, held):
    page = fill(holder, held.reference, **changes)

    assert is_refused(page)
    assert typed_in(page, "note") == changes.get("note", NOTE)
    assert typed_in(page, "body") == changes.get("body", BODY)
    assert f'value="{changes.get("subject", SUBJECT)}"' in text_of(page) or "subject" in changes
    assert not TransferOffer.objects.exists()
    assert not CaseSplit.objects.exists()


def test_fs7_eleventh_part_is_refused_and_keeps_the_text(holder, held, monkeypatch):
    monkeypatch.setattr("tenants.custody.services.splits.MAX_PARTS", 1)
    fill(holder, held.reference)

    page = fill(holder, held.reference)

    assert is_refused(page)
    assert "This request has ten parts already." in text_of(page)
    assert typed_in(page, "body") == BODY
    assert CaseSplit.objects.count() == 1


def test_fs7_closed_receiver_is_refused_and_keeps_the_text(holder, held, water):
    agency_suspend(agency_code="water", reason="Nobody answers there.", actor=SYSTEM)

    page = fill(holder, held.reference)

    assert is_refused(page)
    assert typed_in(page, "body") == BODY
    assert not CaseSplit.objects.exists()


def test_fs7_stale_page_is_refused_and_loses_nothing(holder, held, roads):
    form = holder.get(path_of(held.reference))
    with agency_context(roads):
        colleague = staff(roads, Role.SUPERVISOR, "colleague@roads.example")
        complaint_assign(
            reference=held.reference, officer=held.officer, actor=officer_actor(colleague)
        )

    page = fill(holder, held.reference, version=version_on(form))

    assert is_refused(page)
    assert (typed_in(page, "note"), typed_in(page, "body")) == (NOTE, BODY)
    assert not CaseSplit.objects.exists()
    assert fill(holder, held.reference, version=version_on(page)).status_code == 302


def test_fs7_merged_case_is_not_split(holder, held, roads):
    form = holder.get(path_of(held.reference))
    main = request_filed(
        roads, party=PartyDraft(name=f"Person {SECRET}", email=f"{SECRET}@example.org")
    )
    actor = officer_actor(held.officer)
    mailbox_answered(held.reference, main.reference)
    with agency_context(roads):
        services.case_merge(reference=held.reference, into=main.reference, actor=actor)

    page = fill(holder, held.reference, version=version_on(form))

    assert is_refused(page)
    assert typed_in(page, "body") == BODY
    assert not CaseSplit.objects.exists()


def test_fs7_case_that_is_offered_as_a_whole_shows_no_button(holder, held, water):
    offer(held.case, water)

    page = text_of(holder.get(path_of(held.reference)))

    assert "In its current state no part of the case can be offered." in page
    assert 'value="split"' not in page
    assert path_of(held.reference) not in text_of(holder.get(f"/cases/{held.reference}/"))


def test_fs7_colleague_who_does_not_hold_the_case_splits_nothing(held, roads):
    console = console_of(roads, Role.AGENT)
    path = path_of(held.reference)

    assert console.get(path).status_code == 403
    assert console.post(path, {"note": NOTE}).status_code == 403
    assert path not in text_of(console.get(f"/cases/{held.reference}/"))


def test_fs7_other_agencys_case_is_not_split(held, receiver):
    path = path_of(held.reference)

    assert receiver.get(path).status_code == 404
    assert receiver.post(path, {"note": NOTE}).status_code == 404


def test_page_of_a_split_holds_no_model(holder, held):
    assert rows_of_page(holder.get(path_of(held.reference))) == []
