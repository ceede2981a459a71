"""An officer files for a person: agreed to, named, once, and for own bodies alone."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.catalogue.models import Category
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.types import PartyDraft
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.mail.models import Mail
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tests.agency_console.conftest import Console, agent, console, text_of
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed, organisation_of, staff
from tests.support.refused_forms import is_refused
from tests.support.sampling import each_once

__all__ = ["agent", "console"]
CODE = r"(?:\d\d-){7}\d\d"
pytestmark = pytest.mark.django_db

PATH = "/desk/request/?organisation=roads"
GIVEN = {
    "key": "one-page",
    "channel": "counter",
    "kind": "complaint",
    "category": "",
    "subject": "Street lamp out",
    "body": "The lamp before number twelve has been out since March.\r\nChildren fall.",
    "happened_on_day": "",
    "happened_on_month": "",
    "happened_on_year": "",
    "place": "Rue des Écoles",
    "remedy": "Repair it.",
    "name": "Test Person",
    "phone": "0612345678",
    "email": "",
    "language": "ar",
    "consent": "spoken",
}
SEND = {**GIVEN, "send": "yes"}


@pytest.fixture(autouse=True)
def bodies(roads, water):
    """Each agency answers for one body."""
    organisation_of(roads)
    organisation_of(water)


@pytest.fixture
def english(console, agent):
    """The console as an English-speaking officer reads it."""
    console.client.cookies["language"] = "en"
    return console


def cases(agency):
    with agency_context(agency):
        return list(Complaint.objects.select_related("party").order_by("id"))


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text_of(page))).split())


def day(number, month, year):
    boxes = {"day": number, "month": month, "year": year}
    return {f"happened_on_{box}": str(value) for box, value in boxes.items()}


def citizen(english, language="fr"):
    """Somebody at the citizens' site, in a browser of their own."""
    return Visitor(client=type(english.client)(headers={"host": "testserver"}), language=language)


def errors(page):
    return list(page.context["form"].errors)


def test_what_was_said_is_read_back_before_anything_is_filed(english, roads):
    page = words(english.post(PATH, {**GIVEN, "check": "yes"}))

    assert "Check with the person" in page
    assert "Full name Test Person Telephone +212612345678 E-mail address Not given" in page
    assert "Agreement Spoken, before the officer or on the telephone" in page
    assert cases(roads) == []


def test_what_is_read_back_is_what_is_sent(english, roads):
    page = text_of(english.post(PATH, {**GIVEN, **day(7, "mars", 2026), "check": "yes"}))
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    carried = {name: html.unescape(value) for name, value in carried.items()}

    english.post(PATH, {**carried, "send": "yes"})

    case = cases(roads)[0]
    assert (str(case.happened_on), case.place) == ("2026-03-07", "Rue des Écoles")
    assert case.body.endswith("March.\nChildren fall.")


def test_a_change_brings_everything_back(english):
    page = english.post(PATH, {**GIVEN, "change": "yes"})

    assert page.status_code == 200
    assert 'value="Street lamp out"' in text_of(page)
    assert "Children fall." in text_of(page)


def test_sending_files_a_named_request_with_who_agreed_and_who_filed(english, agent, roads):
    page = english.post(PATH, SEND)

    assert page["Location"] == "/desk/receipt/"
    case = cases(roads)[0]
    assert (case.privacy, case.channel, case.consent, case.language) == (
        "named", "counter", "spoken", "ar",
    )  # fmt: skip
    assert (case.assisted_by_id, case.party.name, case.party.phone, case.party.email) == (
        agent.pk, "Test Person", "+212612345678", "",
    )  # fmt: skip
    assert case.body.endswith("March.\nChildren fall.")
    with agency_context(roads):
        event = ComplaintEvent.objects.get(complaint=case)
        entry = AuditEntry.objects.get(action="case.filed_for_person")
        assert (event.actor_kind, event.actor_id) == ("officer", agent.pk)
        assert (entry.actor_id, entry.subject) == (agent.pk, case.reference)


def test_without_an_email_no_letter_leaves_and_only_the_code_opens_it(english, roads):
    english.post(PATH, SEND)
    receipt = words(english.get("/desk/receipt/"))

    reference = cases(roads)[0].reference
    route = Route.objects.get(reference=reference)
    with agency_context(roads):
        assert not Mail.objects.exists()
    assert route.email_digest is None
    (code,) = re.findall(CODE, receipt)
    visitor = citizen(english)
    assert visitor.open(reference, code)["Location"] == "/fr/track/case/"


def test_with_an_email_the_person_is_written_to_in_their_language(english, roads):
    english.post(PATH, {**SEND, "email": "person@example.org", "phone": ""})

    with agency_context(roads):
        letter = Mail.objects.get()
        assert (letter.to, letter.letter, letter.language) == (
            "person@example.org", "received", "ar",
        )  # fmt: skip


def test_the_citizen_reads_that_an_officer_filed_it(english, roads):
    english.post(PATH, {**SEND, "email": "person@example.org", "channel": "phone"})
    visitor = Visitor(
        client=english.client.__class__(headers={"host": "testserver"}), language="en"
    )
    visitor.open(cases(roads)[0].reference)

    assert "An officer filed your request for you on the telephone" in words(visitor.see())


def test_two_clicks_file_one_request_and_note_it_once(english, roads):
    pages = [english.post(PATH, SEND)["Location"] for _click in range(2)]

    assert pages == ["/desk/receipt/"] * 2
    assert len(cases(roads)) == 1
    with agency_context(roads):
        assert AuditEntry.objects.filter(action="case.filed_for_person").count() == 1


def test_another_text_on_the_same_page_is_not_silently_lost(english, roads):
    english.post(PATH, SEND)

    page = english.post(PATH, {**SEND, "subject": "Another matter"})

    assert is_refused(page)
    assert "Another matter" in text_of(page)
    assert len(cases(roads)) == 1


def test_a_colleagues_page_key_brings_nobody_elses_receipt(english, roads):
    english.post(PATH, SEND)
    english.sign_in(staff(roads, Role.AGENT, "second@roads.example"))
    english.post(PATH, SEND)

    assert len(cases(roads)) == 2


@pytest.mark.parametrize(
    ("changes", "wrong", "step"),
    each_once(
        [
            ({"consent": ""}, ["consent"]),
            ({"consent": "assumed"}, ["consent"]),
            ({"channel": "phone", "consent": "signed"}, ["consent"]),
            ({"channel": "portal"}, ["channel"]),
            ({"kind": "insult"}, ["kind"]),
            ({"category": "no-such"}, ["category"]),
            ({"name": ""}, ["name"]),
            ({"name": "\u200b"}, ["name"]),
            ({"phone": "", "email": ""}, ["phone"]),
            ({"phone": "12"}, ["phone"]),
            ({"email": "person@"}, ["email"]),
            ({"subject": "x" * 201}, ["subject"]),
            ({"body": "short"}, ["body"]),
            ({"body": "x" * 10_001}, ["body"]),
            (
                {"happened_on_day": "31", "happened_on_month": "2", "happened_on_year": "2026"},
                ["happened_on"],
            ),
            (
                {"happened_on_day": "1", "happened_on_month": "1", "happened_on_year": "2999"},
                ["happened_on"],
            ),
            ({"language": "de"}, ["language"]),
            ({"place": "x" * 201}, ["place"]),
            ({"remedy": "x" * 10_001}, ["remedy"]),
            ({"key": ""}, ["key"]),
            ({"subject": "a\0b"}, ["subject"]),
        ],
        ["check", "send"],
    ),
)
def test_what_cannot_be_filed_is_said_at_its_field_and_nothing_is_lost(
    english, roads, changes, wrong, step
):
    page = english.post(PATH, {**GIVEN, **changes, step: "yes"})

    assert is_refused(page)
    assert errors(page) == wrong
    assert "Repair it." in text_of(page) or "remedy" in changes
    assert cases(roads) == []


def test_a_category_must_fit_the_kind(english, roads):
    Category.objects.create(
        code="ideas", name_ar="x", name_fr="x", name_en="x", kinds=["proposal"], position=1
    )

    assert errors(english.post(PATH, {**SEND, "category": "ideas"})) == ["category"]
    english.post(PATH, {**SEND, "category": "ideas", "kind": "proposal"})
    assert cases(roads)[0].category_code == "ideas"


@pytest.mark.parametrize("body", ["water", "nowhere", "x" * 300, "'--", "\u0661"])
def test_a_body_of_another_agency_or_none_is_not_there(english, roads, water, body):
    path = f"/desk/request/?organisation={body}"

    assert english.get(path).status_code == 404
    assert english.post(path, SEND).status_code == 404
    assert cases(roads) == cases(water) == []


def test_a_body_under_ones_own_is_ones_own(english, roads):
    Organisation.objects.create(
        code="district", kind="institution", name_ar="x", name_fr="x", name_en="District",
        parent=organisation_of(roads),
    )  # fmt: skip

    english.post("/desk/request/?organisation=district", SEND)

    assert cases(roads)[0].organisation_code == "district"


def test_a_body_that_accepts_nothing_is_not_there(english, roads):
    why = dict.fromkeys(["refusal_ar", "refusal_fr", "refusal_en"], "By law.")
    Organisation.objects.filter(code="roads").update(accepts=False, **why)

    assert english.post(PATH, SEND).status_code == 404
    assert cases(roads) == []


def test_open_requests_of_the_same_person_are_shown_and_hidden_ones_are_not(english, roads, water):
    here = PartyDraft(phone="+212612345678", name="Test Person", email="x@example.org")
    mine = filed(roads, subject="The same lamp", party=here)
    filed(roads, subject="Hidden lamp", party=here, privacy="confidential")
    filed(roads, subject="Somebody else")
    filed(water, subject="At another agency", party=here)

    page = english.post(PATH, {**GIVEN, "check": "yes"})

    assert [one.reference for one in page.context["earlier"]] == [mine.reference]


def test_the_receipt_is_in_the_persons_language_with_its_direction(english):
    english.post(PATH, SEND)

    page = text_of(english.get("/desk/receipt/"))

    assert '<html lang="en" dir="ltr">' in page
    assert '<article class="card section measure" lang="ar" dir="rtl">' in page
    assert "رمز الوصل" in page


def test_the_receipt_is_shown_for_a_quarter_of_an_hour(english):
    english.post(PATH, SEND)
    again = english.get("/desk/receipt/")

    with clock.travel(clock.now() + timedelta(minutes=16)):
        later = english.get("/desk/receipt/")

    assert (again.status_code, later["Location"]) == (200, "/desk/")
    assert again["Cache-Control"] == "no-store, private"
    assert english.get("/desk/receipt/")["Location"] == "/desk/"


def codes_shown(english):
    page = english.get("/desk/receipt/")
    return re.findall(CODE, text_of(page))


def test_the_receipt_code_is_shown_once(english):
    english.post(PATH, SEND)
    english.client.head("/desk/receipt/")

    first, second = codes_shown(english), codes_shown(english)

    assert (len(first), second) == (1, [])


def test_the_same_page_sent_again_does_not_show_the_code_again(english, roads):
    english.post(PATH, SEND)
    assert len(codes_shown(english)) == 1

    english.post(PATH, SEND)
    same_visit = codes_shown(english)
    english.post("/desk/next/")
    english.post(PATH, SEND)

    assert (same_visit, codes_shown(english)) == ([], [])
    assert len(cases(roads)) == 1


def test_a_second_click_before_the_receipt_was_seen_leaves_the_code(english):
    english.post(PATH, SEND)
    english.post(PATH, SEND)

    assert len(codes_shown(english)) == 1


def test_the_next_person_does_not_see_the_code_of_the_one_before(english):
    english.post(PATH, SEND)

    assert english.post("/desk/next/")["Location"] == "/desk/"
    assert english.get("/desk/receipt/")["Location"] == "/desk/"


def test_no_colleague_sees_the_receipt(english, client, roads):
    english.post(PATH, SEND)
    other = Console(client=client.__class__(), agency=roads)
    other.sign_in_as(Role.ADMINISTRATOR)

    assert other.get("/desk/receipt/")["Location"] == "/desk/"


def test_the_day_promised_is_on_the_paper(english):
    with clock.travel(datetime(2026, 3, 2, 10, tzinfo=UTC)):
        english.post(PATH, {**SEND, "language": "en"})
        page = words(english.get("/desk/receipt/"))

    assert "The administration promises to answer by 30 March 2026" in page
    assert "Answer due 1 May 2026" in page
