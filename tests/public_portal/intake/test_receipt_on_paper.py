from datetime import UTC, datetime

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.complaints.enums import Consent
from shared.complaints.types import Assistance
from shared.kernel import clock
from shared.kernel.references import receipt_code_group
from tests.public_portal.intake.journey import Citizen, receipt_code_on, reference_on, text
from tests.shared.pdf.sheets import pages, words
from tests.support.factories import filed, staff
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(citizen) -> str:
    """The address of the receipt of one request, somebody else's stands beside it."""
    Citizen(client=Client(headers={"host": "testserver"})).file()
    citizen.answer_all()
    sent: str = citizen.send()["Location"]
    return sent


def grouped(number):
    return " ".join(number[at : at + 4] for at in range(0, 16, 4))


def test_the_paper_receipt_is_linked_and_says_what_the_page_says(citizen):
    with clock.travel(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        page = citizen.file(wish={"remedy": "r", "language": "fr"})
    address = page.request["PATH_INFO"]

    paper = citizen.client.get(f"{address}pdf/")

    assert f'href="{address}pdf/" hreflang="fr" download' in text(page)
    said = words(paper.content)
    assert f"Numéro de référence {grouped(reference_on(page))} " in said
    assert f"{receipt_code_group(receipt_code_on(page))} " in said
    assert "Type de requête Réclamation " in said
    assert "Reçue le 1er mars 2026, 09 h 00" in said
    assert "Réponse due le 30 avril 2026" in said
    assert "http://testserver:8000/fr/track/" in said


def test_the_paper_receipt_is_saved_and_kept_in_no_store(citizen, address):
    reference = reference_on(citizen.client.get(address))
    elsewhere = Client(headers={"host": "testserver"})

    paper = elsewhere.get(f"{address}pdf/")

    assert paper.status_code == 200
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Content-Disposition"] == f'attachment; filename="insaf-{reference}.pdf"'
    assert paper["Cache-Control"] == "no-store, private"
    assert paper["Referrer-Policy"] == "no-referrer, strict-origin"
    assert paper["X-Robots-Tag"] == "noindex, nofollow"
    assert paper["X-Content-Type-Options"] == "nosniff"


def test_the_paper_receipt_is_in_the_language_of_the_request_from_every_page(citizen, address):
    papers = {
        citizen.client.get(address.replace("/ar/", f"/{language}/", 1) + "pdf/").content
        for language in ("ar", "fr", "en")
    }

    assert len(papers) == 1
    assert "http://testserver:8000/ar/track/" in words(papers.pop())


def test_a_paper_receipt_cannot_be_opened_by_its_reference_alone(citizen, address):
    reference = reference_on(citizen.client.get(address))
    other = reference_on(Citizen(client=Client(headers={"host": "testserver"})).file())
    seal = address.rstrip("/").rpartition(".")[2]

    found = [
        citizen.client.get(f"/ar/submit/receipt/{token}/pdf/").status_code
        for token in (reference, f"{reference}.", f"{other}.{seal}", f"{reference}.{'A' * 43}")
    ]

    assert found == [404, 404, 404, 404]


def test_the_receipt_of_a_filing_at_the_counter_says_how_the_person_agreed(roads):
    officer = staff(roads, Role.AGENT)
    helped = filed(roads, assistance=Assistance(officer_id=officer.pk, consent=Consent.SIGNED))

    assert (helped.consent, filed(roads).consent) == (Consent.SIGNED, None)


@pytest.mark.parametrize(
    ("language", "privacy"), each_once(["ar", "fr", "en"], ["named", "anonymous"])
)
def test_the_whole_receipt_stands_on_one_page_however_long_the_name(
    citizen, roads, language, privacy
):
    roads.name_ar = "وزارة إعداد التراب الوطني والتعمير والإسكان وسياسة المدينة، مديرية التخطيط"
    roads.name_fr = (
        "Ministère de l’Aménagement du territoire national, de l’Urbanisme, de l’Habitat et de la "
        "Politique de la ville"
    )
    roads.name_en = "Ministry of National Planning, Urbanism, Housing and Policy of the Towns"
    roads.save(update_fields=["name_ar", "name_fr", "name_en"])
    citizen.answer_all(wish={"language": language}, privacy={"privacy": privacy})
    citizen.answer("person")

    paper = citizen.client.get(f"{citizen.send()['Location']}pdf/")

    assert len(pages(paper.content)) == 1
    assert f"/{language}/track/" in pages(paper.content)[0]
