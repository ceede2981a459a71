import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shared.kernel import clock
from tests.public_portal.tracking.visits import Visitor, answer, ask
from tests.shared.pdf.sheets import pages, words
from tests.support.factories import filed
from tests.support.samples import PDF
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

FILED = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SUBJECT = r"Lamp #eval(1) *b* $x$ [c] <d> @e `f` \g"
FORMS = ("case/dossier.pdf", "case/dossier.json")


@pytest.fixture
def inside(visitor: Visitor, roads, water) -> Visitor:
    """The citizen of a request with a whole life; somebody else's stands beside it."""
    with clock.travel(FILED):
        filed(water, subject="Somebody else's water")
        receipt = filed(roads, subject=SUBJECT, place="Salé")
    with clock.travel(FILED + DAY):
        visitor.open(receipt.reference, receipt.receipt_code)
        visitor.reference, visitor.receipt_code = receipt.reference, receipt.receipt_code
        ask(roads, receipt.reference, "Which street?")
        visitor.do("messages/", body="زنقة المسجد\n\u202eB-204 😀")
        visitor.do("files/", uploads=SimpleUploadedFile("proof #1.pdf", PDF))
        answer(roads, receipt.reference)
        visitor.do("rating/", resolved="no", handling="2", comment="Still dark")
        visitor.do("reopen/", reason="not_done", body="Nothing was done.")
    return visitor


def at(moment, visitor, path):
    with clock.travel(moment):
        visitor.open(visitor.reference, visitor.receipt_code)
        return visitor.see(path)


def test_the_dossier_holds_everything_of_the_request(inside):
    said = words(at(FILED + 2 * DAY, inside, "case/dossier.pdf").content)

    reference = " ".join(inside.reference[n : n + 4] for n in range(0, 16, 4))
    digest = hashlib.sha256(PDF).hexdigest()
    expected = [
        f"Dossier de la requête Réclamation {reference} État au 3 mars 2026, 09 h 00",
        "Les parties Organisme Routes",
        "Identité du citoyen Avec mon nom",
        "Date et signature",
        SUBJECT,
        "Lieu Salé",
        "The street lamp before number twelve has been out since March and children fall.",
        "Repair it.",
        "Décision de l’administration",
        "Rouverte 1 fois",
        "Compté à partir du lendemain du 2 mars 2026 Réponse due le 1er mai 2026",
        "Which street?",
        "B-204 [U+1F600]",
        "It is repaired.",
        "Nothing was done.",
        "proof #1.pdf",
        f"{digest[:16]} {digest[16:32]} {digest[32:48]} {digest[48:]}",
        "Traitement, sur 5 2 Motif Still dark",
        "Décret n° 2-17-265 du 23 juin 2017",
        "Loi n° 14-16",
        "S’adresser au Médiateur",
        "2 mars 2026 1 1 Compté",
        "3 mars 2026 1 1 Compté",
    ]
    assert [part for part in expected if part not in said] == []


@pytest.mark.parametrize("path", FORMS)
def test_the_dossier_tells_no_name_no_note_and_nothing_of_other_requests(inside, path):
    # What the person's name and address are, see the factories; they would stand in either form.
    content = at(FILED + 2 * DAY, inside, path).content
    said = words(content) if path.endswith("pdf") else content.decode()

    hidden = (
        "Test Person", "person@example.org", "a note for colleagues", "agent of roads",
        "Somebody else's water",
    )  # fmt: skip
    assert [part for part in hidden if part in said] == []


def test_the_dossier_for_programs_holds_the_same_facts(inside):
    data = json.loads(at(FILED + 2 * DAY, inside, "case/dossier.json").content)

    assert (data["schema"], data["version"], data["language"]) == ("insaf.dossier", 1, "fr")
    assert data["made_at"] == "2026-03-03T09:00:00+00:00"
    assert data["reference"] == inside.reference
    assert data["parties"]["agency"] == {"code": "roads", "name": "Routes"}
    assert data["request"]["subject"] == SUBJECT
    assert data["request"]["received_at"] == "2026-03-01T09:00:00+00:00"
    assert data["clock"] == {
        "counted_after": "2026-03-02", "due_on": "2026-05-01", "term_days": 60, "counted_days": 1,
        "is_overdue": False, "is_running": True,
    }  # fmt: skip
    assert [message["body"] for message in data["messages"]][1] == "زنقة المسجد\n\u202eB-204 😀"
    assert [(file["name"], file["size"], file["sha256"]) for file in data["attachments"]] == [
        ("proof #1.pdf", len(PDF), hashlib.sha256(PDF).hexdigest())
    ]
    assert [
        (rating["round"], rating["resolved"], rating["handling"], rating["comment"])
        for rating in data["ratings"]
    ] == [(0, False, 2, "Still dark")]
    assert data["reopened"] == 1
    assert [
        (day["day"], day["round"], day["legal"], day["working"], day["reason"]["code"])
        for day in data["ledger"]
    ] == [
        ("2026-03-01", 0, 0, 0, "filing"),
        ("2026-03-02", 0, 1, 1, "counted"),
        ("2026-03-02", 1, 0, 0, "filing"),
        ("2026-03-03", 1, 1, 1, "counted"),
    ]
    assert data["working"]["counted_days"] == 1
    assert [event["kind"]["code"] for event in data["timeline"]] == [
        "received", "assigned", "question_asked", "message_by_citizen", "attachment_added",
        "answered", "rated", "reopened",
    ]  # fmt: skip


def test_every_field_for_programs_is_documented(inside, pytestconfig):
    data = json.loads(at(FILED + 2 * DAY, inside, "case/dossier.json").content)
    documented = (pytestconfig.rootpath / "docs" / "dossier.md").read_text()

    assert sorted(_fields(data) - set(re.findall(r"`([\w.\[\]]+)`", documented))) == []


def _fields(value, under=""):
    if isinstance(value, list):
        return set().union(*(_fields(item, f"{under}[]") for item in value))
    if not isinstance(value, dict) or set(value) in ({"code", "label"}, {"code", "name"}):
        return {under}
    return set().union(
        *(_fields(item, f"{under}.{name}".lstrip(".")) for name, item in value.items())
    )


@pytest.mark.parametrize(
    ("path", "content_type", "name"),
    [
        ("case/dossier.pdf", "application/pdf", "insaf-{}.pdf"),
        ("case/dossier.json", "application/json", "insaf-{}.json"),
    ],
)
def test_the_dossier_is_saved_and_kept_in_no_store(inside, path, content_type, name):
    answered = at(FILED + 2 * DAY, inside, path)

    assert answered["Content-Type"] == content_type
    filename = name.format(inside.reference)
    assert answered["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert answered["Cache-Control"] == "no-store, private"
    assert answered["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", FORMS)
def test_without_a_visit_there_is_no_dossier(inside, path):
    stranger = Visitor(client=Client(headers={"host": "testserver"}))

    assert stranger.see(path)["Location"] == "/fr/track/"


@pytest.mark.parametrize("path", FORMS)
def test_after_the_visit_there_is_no_dossier(inside, path):
    inside.open(inside.reference, inside.receipt_code)
    with clock.travel(clock.now() + timedelta(hours=9)):
        page = inside.client.get(inside.url(path), follow=True)

    assert page.redirect_chain == [("/fr/track/", 302)]


@pytest.mark.parametrize("language", repeats(["ar", "fr", "en"], keep=1))
def test_the_space_offers_both_forms_in_the_language_of_the_page(inside, language):
    inside.language = language
    inside.open(inside.reference, inside.receipt_code)
    page = inside.see().content.decode()

    assert [f'href="/{language}/track/{path}"' in page for path in FORMS] == [True, True]
    assert len(pages(inside.see(FORMS[0]).content)) >= 2


def test_an_observation_has_a_dossier_without_a_clock(visitor, roads):
    receipt = filed(roads, kind="observation")
    visitor.open(receipt.reference, receipt.receipt_code)

    assert "délai pour les observations et les propositions." in words(
        visitor.see("case/dossier.pdf").content
    )
    assert json.loads(visitor.see("case/dossier.json").content)["clock"] is None
