"""Another body is competent: the letter that names it, and the button that files there."""

import json
import re
from html import unescape

import pytest

from public_portal.intake.models import Draft, DraftFile
from public_portal.intake.selectors.drafts import form_draft_find
from shared.catalogue.models import Category
from shared.complaints import services
from shared.complaints.enums import Author, Declaration, Privacy, ScanState, Status
from shared.complaints.models import Attachment, Complaint
from shared.complaints.types import DirectionDraft, PartyDraft, UploadedContent
from shared.directory.models import Organisation
from shared.kernel.actors import CITIZEN
from shared.kernel.text import Wording
from shared.mail.services import mail_row
from tenants.case_access.selectors import competent_body
from tenants.isolation.schema_switch import agency_context
from tenants.models import LinkToken
from tenants.models.enums import LinkPurpose
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.shared.pdf.sheets import words
from tests.support.factories import BODY, filed, officer_actor, organisation_of, staff
from tests.support.samples import picture

pytestmark = pytest.mark.django_db

WATER = Wording(ar="الماء", fr="Eau", en="Water")
OUTSIDE = "Il ne répond pas sur ce portail."
PARTY = PartyDraft(name="Test Person", email="person@example.org", phone="+212612345678")


@pytest.fixture(autouse=True)
def bodies(roads, water):
    """Roads holds the case, water is competent, and nobody answers for the ministry."""
    organisation_of(roads)
    organisation_of(water)
    Organisation.objects.create(
        code="nobody", kind="ministry", name_ar="وزارة", name_fr="Ministère", name_en="Ministry"
    )


def directed(agency, to="water", **changes):
    """A case that an officer has directed to another body; its receipt."""
    receipt = filed(agency, **{"party": PARTY, "declarations": (Declaration.NONE,), **changes})
    direct(agency, receipt.reference, to)
    return receipt


def direct(agency, reference, to="water"):
    officer = staff(agency, email=f"d{reference}@roads.example")
    draft = DirectionDraft(
        organisation_code=to,
        organisation=WATER,
        explanation="Leaks of the main pipe are repaired by the water office.",
        way_on="Counter of the quarter, open from 8.30 to 16.30.",
    )
    with agency_context(agency):
        services.complaint_direct(
            reference=reference,
            draft=draft,
            agency_code=agency.code,
            officer=officer,
            actor=officer_actor(officer),
        )


def opened(visitor, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)
    return visitor


def page_text(response):
    return unescape(response.content.decode())


def kept(visitor):
    """The unfinished request of this browser."""
    return form_draft_find(token=visitor.client.session.get("draft", ""))


def test_the_letter_names_the_body_and_leads_to_the_filing(roads, water, visitor, mailoutbox):
    receipt = directed(roads)

    letter = deliver(roads)[-1]

    assert letter.subject.startswith(receipt.reference)
    assert "Eau" in str(letter.body) or water.name_fr in str(letter.body)
    (link,) = [one for one in links_in(letter) if "/track/file/" in one]
    assert visitor.client.get(link).status_code == 200
    assert kept(visitor).token == ""
    page = visitor.client.post(link, follow=True)
    assert page.redirect_chain[-1][0] == "/fr/submit/check/"
    assert kept(visitor).answers.organisation == "water"
    # The link works once.
    assert visitor.client.post(link).status_code == 410


def test_the_letter_to_a_body_outside_the_portal_has_no_button(roads, mailoutbox):
    directed(roads, to="nobody")

    letter = deliver(roads)[-1]

    assert "Ministère" in str(letter.body)
    assert OUTSIDE in str(letter.body)
    assert OUTSIDE in unescape(letter.alternatives[0].content)
    assert [one for one in links_in(letter) if "/track/file/" in one] == []
    assert LinkToken.objects.filter(purpose=LinkPurpose.FILE).count() == 0


def test_a_letter_to_another_address_has_no_button_and_does_not_say_why(roads, water, mailoutbox):
    receipt = directed(roads)
    deliver(roads)
    with agency_context(roads):
        mail_row(
            to="other@example.org", letter="directed", language="fr", reference=receipt.reference,
            context={"organisation": "water"},
        ).save(force_insert=True)  # fmt: skip

    (letter,) = deliver(roads)

    assert letter.to == ["other@example.org"]
    assert water.name_fr in str(letter.body)
    assert [one for one in links_in(letter) if "/track/file/" in one] == []
    assert OUTSIDE not in str(letter.body)
    assert OUTSIDE not in unescape(letter.alternatives[0].content)


def test_text_and_files_are_carried_over_and_filed_with_the_competent_body(roads, water, visitor):
    receipt = directed(roads)
    visitor = opened(visitor, receipt)
    with agency_context(roads):
        case = Complaint.objects.get(reference=receipt.reference)
        # What the officer sent, and what came by reference and e-mail alone, stay behind.
        for author, is_by_email in (
            (Author.CITIZEN, False),
            (Author.AGENCY, False),
            (Author.CITIZEN, True),
        ):
            services.attachment_add(
                reference=case.reference,
                upload=UploadedContent(name=f"{author}-{is_by_email}.jpg", content=picture()),
                author=author,
                actor=CITIZEN,
                is_by_email=is_by_email,
            )

    page = visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert page.redirect_chain[-1][0] == "/fr/submit/check/"
    assert "Votre texte et vos fichiers" in page_text(page)
    draft = kept(visitor)
    assert draft.answers.body == BODY
    assert (draft.answers.name, draft.answers.phone) == (PARTY.name, PARTY.phone)
    assert draft.answers.follows == receipt.reference
    assert [file.name for file in draft.files] == ["citizen-False.jpg"]
    hidden = re.findall(
        r'name="seal" value="(\w+)"', page_text(visitor.client.get("/fr/submit/check/"))
    )
    sent = visitor.client.post("/fr/submit/check/", {"seal": hidden[0], "website": ""})
    assert "/submit/receipt/" in sent["Location"]
    with agency_context(water):
        case = Complaint.objects.get()
        assert (case.body, case.follows) == (BODY, receipt.reference)
        copy = case.attachments.get()
    with agency_context(roads):
        original = Complaint.objects.get().attachments.get(author="citizen", is_by_email=False)
    assert (bytes(copy.sha256), copy.path != original.path) == (bytes(original.sha256), True)


def test_a_file_that_cannot_be_copied_is_said_and_never_left_out_in_silence(roads, visitor):
    receipt = directed(roads)
    visitor = opened(visitor, receipt)
    with agency_context(roads):
        for name in ("kept.jpg", "waiting.jpg"):
            services.attachment_add(
                reference=receipt.reference,
                upload=UploadedContent(name=name, content=picture()),
                author=Author.CITIZEN,
                actor=CITIZEN,
            )
        Attachment.objects.filter(name="waiting.jpg").update(scan=ScanState.PENDING)

    page = visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert [file.name for file in kept(visitor).files] == ["kept.jpg"]
    assert "1 fichier n’a pas pu être copié" in page_text(page)
    assert "Votre texte et vos fichiers" not in page_text(page)


def test_a_confidential_person_stays_hidden_from_both_agencies(roads, water, visitor):
    receipt = directed(roads, privacy=Privacy.CONFIDENTIAL)
    visitor = opened(visitor, receipt)

    visitor.client.get("/fr/track/case/competent-body/", follow=True)

    answers = kept(visitor).answers
    assert (answers.privacy, answers.name) == (Privacy.CONFIDENTIAL, PARTY.name)
    # A number of the earlier request would tie the two.
    assert answers.follows == ""
    with agency_context(roads):
        assert Complaint.objects.get().party.name == ""


def test_reference_and_address_alone_carry_nothing_over(roads, visitor):
    receipt = directed(roads)
    visitor.open(receipt.reference)

    page = visitor.client.get("/fr/track/case/competent-body/")

    assert page["Location"] == "/fr/track/case/proof/"
    assert visitor.client.get("/fr/submit/competent-body/", follow=True).status_code == 200
    assert Draft.objects.count() == 0
    assert DraftFile.objects.count() == 0


@pytest.mark.parametrize("to", ["nobody", ""])
def test_nothing_is_carried_where_no_body_of_the_portal_is_named(roads, visitor, to):
    receipt = directed(roads, to=to) if to else filed(roads)
    visitor = opened(visitor, receipt)

    visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert Draft.objects.count() == 0


def test_another_unfinished_request_is_replaced_only_when_its_citizen_says_so(roads, visitor):
    receipt = directed(roads)
    visitor = opened(visitor, receipt)
    visitor.client.post("/fr/submit/", {"kind": "proposal"})
    own = kept(visitor).token

    asked = visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert asked.status_code == 200
    assert kept(visitor).token == own
    visitor.client.post("/fr/submit/competent-body/")
    assert kept(visitor).answers.organisation == "water"
    assert form_draft_find(token=own).token == ""


def test_whoever_follows_the_button_again_goes_on_with_what_they_changed(roads, visitor):
    receipt = directed(roads)
    visitor = opened(visitor, receipt)
    visitor.client.get("/fr/track/case/competent-body/", follow=True)
    own = kept(visitor).token
    typed = {"subject": "Changed", "body": BODY, "category": "other"}
    visitor.client.post("/fr/submit/what-happened/?change=1", typed)

    again = visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert again.redirect_chain[-1][0] == "/fr/submit/check/"
    assert (kept(visitor).token, kept(visitor).answers.subject) == (own, "Changed")
    assert Draft.objects.count() == 1


def test_the_button_of_another_case_does_not_go_on_with_those_answers(roads, visitor):
    first, second = directed(roads), directed(roads)
    visitor = opened(visitor, first)
    visitor.client.get("/fr/track/case/competent-body/", follow=True)
    own = kept(visitor).token
    visitor.client.post("/fr/track/leave/")
    visitor = opened(visitor, second)

    asked = visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert asked.redirect_chain[-1][0] == "/fr/submit/competent-body/"
    assert kept(visitor).token == own


def test_a_category_that_the_competent_body_does_not_offer_is_asked_again(roads, visitor):
    names = {"name_ar": "أ", "name_fr": "Route", "name_en": "Road"}
    Category.objects.create(
        code="potholes", kinds=["complaint"], organisation_codes=["roads"], position=1, **names
    )
    receipt = directed(roads, category_code="potholes")
    visitor = opened(visitor, receipt)

    page = visitor.client.get("/fr/track/case/competent-body/", follow=True)

    assert page.redirect_chain[-1][0] == "/fr/submit/what-happened/"
    assert kept(visitor).answers.body == BODY


def test_a_case_is_carried_ten_times_a_day_at_most(roads, visitor):
    receipt = directed(roads)
    visitor = opened(visitor, receipt)

    for _time in range(12):
        visitor.client.post("/fr/submit/competent-body/")
        visitor.client.post("/fr/submit/discard/")
        visitor.open(receipt.reference, receipt.receipt_code)

    assert visitor.client.post("/fr/submit/competent-body/")["Location"] == "/fr/track/case/"


def test_the_tracking_page_shows_the_body_and_the_button_first(roads, visitor):
    visitor = opened(visitor, directed(roads))

    page = page_text(visitor.see())

    assert "Un autre organisme est compétent pour votre requête" in page
    assert "Refusée le" not in page
    assert 'href="/fr/track/case/competent-body/"' in page
    assert page.index("/fr/track/case/competent-body/") < page.index('id="conversation"')


def test_the_conversation_calls_it_no_refusal_once_it_is_not_in_force(roads, visitor):
    receipt = directed(roads)
    visitor = opened(visitor, receipt)
    visitor.do("reopen/", reason="wrong_facts", body="The pipe belongs to the roads office.")

    page = page_text(visitor.see())

    assert page.count("Un autre organisme est compétent pour votre requête") == 1
    assert "Pourquoi votre requête ne peut pas être examinée" not in page


def test_the_dossier_calls_it_no_refusal(roads, visitor):
    visitor = opened(visitor, directed(roads))

    (message,) = json.loads(visitor.see("case/dossier.json").content)["messages"]

    kind = {"code": "refusal", "label": "Orientation vers l’organisme compétent"}
    assert message["kind"] == kind
    paper = words(visitor.see("case/dossier.pdf").content)
    assert (kind["label"] in paper, "Irrecevabilité de la requête" in paper) == (True, False)


def test_a_case_that_names_no_body_costs_no_question_about_one(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert competent_body(code="") is None


def test_a_refusal_that_names_no_body_shows_no_button(roads, visitor):
    visitor = opened(visitor, directed(roads, to="nobody"))

    page = page_text(visitor.see())

    assert "competent-body" not in page
    assert "Ministère" in page


def test_who_was_directed_may_re_open_and_then_nothing_is_offered_any_more(roads, visitor):
    visitor = opened(visitor, directed(roads))

    visitor.do("reopen/", reason="wrong_facts", body="The pipe belongs to the roads office.")

    with agency_context(roads):
        assert Complaint.objects.get().status == Status.REOPENED
    assert "competent-body" not in page_text(visitor.see())
