"""Searching the answers in any script, for the whole country or one body; and suggesting them."""

import pytest

from shared.knowledge_base.models import Article
from shared.knowledge_base.selectors.reader import article_search, article_suggest
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _articles(articles):
    """Every test begins with the file's articles."""


def found(text: str, language: str = "fr") -> list[str]:
    """Addresses of the answers found, best first."""
    return [link.slug for link in article_search(text=text, language=language)]


@pytest.mark.parametrize(
    ("text", "slug"),
    repeats(
        [
            ("délai de réponse", "deadlines"),
            ("delai reponce", "deadlines"),
            ("combien de temps", "deadlines"),
            ("آجال الجواب", "deadlines"),
            ("الاجل", "deadlines"),
            ("شحال ديال الوقت", "deadlines"),
            ("ch7al dyal lwa9t", "deadlines"),
            ("how long", "deadlines"),
            ("annonyme", "privacy-levels"),
            ("مجهول الهويه", "privacy-levels"),
            ("bla smiya", "privacy-levels"),
            ("gratuit", "cost"),
            ("fabor", "cost"),
            ("nsit raqm", "lost-reference"),
            ("ضاع الوصل", "lost-reference"),
            ("reouvrir dossier", "reopen"),
            ("إِعَادَة فتح الملفّ", "reopen"),
            ("الوسيط", "mediator"),
            ("taille fichier", "attachments"),
            ("loi 09-08", "personal-data"),
            ("mgharba dyal lkharij", "residents-abroad"),
            ("fausse declaration", "false-statements"),
            ("kifach ndir chikaya", "how-to-file"),
            ("التغطية الصحية", "amo-refund"),
            ("تغطيه صحيه", "amo-refund"),
            ("راميد", "amo-refund"),
            ("المنحة", "student-grant"),
            ("bourse", "student-grant"),
            ("التقاعد", "pension"),
            ("retraite", "pension"),
            ("الجواز", "passport"),
            ("passeport", "passport"),
            ("lpaspor", "passport"),
        ],
        keep=12,
    ),
)
def test_a_question_in_any_words_finds_its_answer(text, slug):
    assert slug in found(text)[:2]


def test_an_answer_is_found_in_one_script_and_told_in_another():
    link = article_search(text="مجاني", language="fr")[0]

    assert link.question == "Déposer une réclamation est-il gratuit\N{NO-BREAK SPACE}?"


@pytest.mark.parametrize("text", ["recette de couscous", "%_'\\", "\x00", "   ", ""])
def test_what_has_no_answer_finds_none(text):
    assert found(text) == []


def test_a_withdrawn_article_is_not_found():
    Article.objects.filter(slug="cost").update(is_active=False)

    assert "cost" not in found("gratuit")


def test_a_search_finds_no_more_than_was_asked_for():
    links = article_search(text="délai réponse réclamation dossier", language="fr", limit=3)

    assert len(links) == 3


def test_a_search_is_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        article_search(text="délai de réponse", language="ar")


@pytest.mark.parametrize(
    ("text", "slug"),
    repeats(
        [
            ("facture d'eau trop chère", "water-electricity-bill"),
            ("فاتورة الماء غالية", "water-electricity-bill"),
            ("الضو طالع بزاف", "water-electricity-bill"),
            ("lpermi t3etel", "driving-licence"),
            ("permis de conduire en retard", "driving-licence"),
            ("lampadaire cassé", "street-light-waste"),
            ("الزبل في الزنقة", "street-light-waste"),
            ("bola dyal zen9a", "street-light-waste"),
            ("الطبيب ماكاينش فالسبيطار", "hospital-care"),
            ("acte de naissance erreur", "civil-status"),
            ("الباطرون ما مصرحش بيا", "undeclared-work"),
            ("remboursement amo", "amo-refund"),
            ("rechwa", "bribe"),
            ("طلب مني رشوة", "bribe"),
            ("carte nationale perdue", "identity-card"),
            ("lmo2achir tale3", "social-support"),
            ("unfair dismissal", "labour-inspection"),
            ("أستاذ غائب", "school-enrolment"),
            ("chahadat sokna", "residence-certificate"),
            ("فات الأجل ما جاوبونيش", "late-reply"),
            ("légalisation de papiers", "too-many-papers"),
            ("الوراق بزاف", "too-many-papers"),
            ("withdraw my complaint", "withdraw"),
            ("سحب الشكاية", "withdraw"),
            ("wa3douni", "promise-not-kept"),
            ("pour ma mère", "for-somebody-else"),
            ("ما قاريش", "voice-recording"),
            ("tribunal administratif", "court-appeal"),
            ("reclamasion", "how-to-file"),
        ],
        keep=12,
    ),
)
def test_what_people_really_type_leads_to_the_answer(text, slug):
    assert slug in found(text)[:3]


# --- of one body ---------------------------------------------------------------------------------


def test_a_bodys_own_answers_come_before_those_of_the_country(bodies):
    everywhere = found("délai de réponse")
    last = everywhere[-1]
    Article.objects.filter(slug=last).update(organisation="cnss")

    own = article_search(text="délai de réponse", language="fr", organisation="cnss")

    assert everywhere[0] == "deadlines"
    assert [link.slug for link in own[:2]] == [last, "deadlines"]


def test_another_bodys_answers_are_not_found_for_a_body(bodies):
    everywhere = found("rendez-vous hôpital médecin")
    narrowed = [
        link.slug
        for link in article_search(
            text="rendez-vous hôpital médecin", language="fr", organisation="cnss"
        )
    ]

    assert "hospital-care" in everywhere
    assert "hospital-care" not in narrowed


def test_an_office_has_the_answers_of_the_ministry_above_it(bodies):
    links = article_search(text="hôpital", language="fr", organisation="health-fes")

    assert links[0].slug == "hospital-care"


def test_an_answer_found_without_a_body_says_whose_it_is(bodies):
    link = article_search(text="hôpital médecin", language="fr")[0]

    assert (link.slug, link.organisation) == ("hospital-care", "Santé")


# --- while a sentence is being written -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        (
            "Le lampadaire devant ma maison est en panne depuis trois semaines",
            "street-light-waste",
        ),
        ("Ma facture d'électricité du mois de mars est élevée", "water-electricity-bill"),
        ("المدرسة رفضت تسجيل ابنتي في القسم الأول", "school-enrolment"),
        ("الأزبال متراكمة أمام العمارة منذ أسبوع", "street-light-waste"),
        ("Le moqaddem refuse de me donner chahadat sokna", "residence-certificate"),
        ("bola dyal zen9a taye7a mn simana", "street-light-waste"),
        ("My passport at the consulate in Lyon has been pending since June", "consulate"),
    ],
)
def test_a_sentence_suggests_its_answer(text, slug):
    assert article_suggest(text=text, language="fr")[0].slug == slug


@pytest.mark.parametrize(
    "text", ["Bonjour je voudrais signaler un souci avec mon voisin", "سلام عليكم", "", "%_'\\"]
)
def test_a_sentence_about_nothing_suggests_nothing(text):
    assert article_suggest(text=text, language="fr") == []


def test_suggestions_are_few():
    assert len(article_suggest(text="délai réponse réclamation dossier", language="fr")) == 3
