"""The finder by topic: what people need, in their words, and who handles it."""

import pytest

from shared.directory.selectors.topic_search import finder_search, topic_bodies
from shared.directory.types import OrganisationHit, TopicHit
from tests.shared.directory.test_search import AMONG_THE_FIRST_THREE, COMES_FIRST, TITLES_ALONE
from tests.support.sampling import one_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national_directory")]

KENITRA, FES, CASABLANCA, SALE = (
    "commune-04-281-01-01",
    "commune-03-231-01-0",
    "commune-06-141-01-0",
    "commune-04-441-01-0",
)
TANGIER, TAZA = "commune-01-511-01-0", "commune-03-561-01-11"
KHEMISSET = "province-04-291"

# What a commune does, without a place: the kind, and the topic that asks for the place.
YOUR_COMMUNE = [
    ("état civil", "civil-status"),
    ("permis construire", "building-permit"),
    ("كلاب ضالة", "stray-dogs"),
    ("poubelle", "waste-bins"),
    ("zebel", "waste-collection"),
    ("ramassage ordures", "waste-collection"),
    ("الزبل", "waste-collection"),
    ("stray dogs", "stray-dogs"),
    ("l7ala lmadaniya", "civil-status"),
    ("lampadaire en panne", "street-lighting"),
]
# A subject that one body handles.
HANDLED_BY = [
    ("lma", "onee"),
    ("lpasspor", "interior"),
    ("carte d'identité perdue", "dgsn"),
    ("البيرمي", "narsa"),
    ("ramed", "cnss"),
    ("inspection du travail", "employment"),
    ("bourse étudiant", "student-services-office"),
    ("تلوث الهواء", "sustainable-development"),
    ("titre foncier", "ancfcc"),
    ("الدعم الاجتماعي المباشر", "social-support-agency"),
]
# The place stands in the same words.
WITH_A_PLACE = [
    ("poubelle kenitra", KENITRA),
    ("poubelle 9nitra", KENITRA),
    ("état civil Fès", FES),
    ("zbel casa", CASABLANCA),
    ("الزبل فطنجة", TANGIER),
    ("كلاب ضالة في سلا", SALE),
    ("rue sale à Salé", SALE),
    ("poubelle Salé", SALE),
    ("nid de poule taza", TAZA),
    ("poubelle kenitraa", KENITRA),
    ("coupure d'eau kenitra", "srm-rabat-sale-kenitra"),
    ("الضو مقطوع مكناس", "srm-fes-meknes"),
    ("sbitar fes", "gst-fes-meknes"),
    ("école agadir", "aref-souss-massa"),
    ("fac meknes", "university-moulay-ismail"),
    ("taxi casablanca", "prefecture-06-141"),
    # Tiflet is a commune: its province is the one of Khémisset.
    ("taxi tiflet", "province-04-291"),
]
# A letter too many, too few, wrong or swapped; accents, articles, plural; words beside the matter.
FOLDED = [
    ("poubele", "commune"),
    ("poubelel", "commune"),
    ("les poubelles de mon quartier", "commune"),
    ("problème de poubelle svp", "commune"),
    ("étatcivil", "commune"),
    ("الكلاب الضاله", "commune"),
    ("بغيت عقد الإزدياد", "commune"),
    ("3endi mochkil dyal zbel", "commune"),
]


def found(text: str, **options) -> list[str]:
    """The codes found for ``text``, best first."""
    return [hit.code for hit in finder_search(text=text, language="fr", **options).hits]


@pytest.mark.parametrize(("text", "topic"), YOUR_COMMUNE)
def test_what_communes_do_asks_for_the_place_and_lists_communes(text, topic):
    result = finder_search(text=text, language="fr")

    first = result.entries[0]
    assert isinstance(first, TopicHit)
    assert (first.code, first.kinds[0], first.organisation_code) == (topic, "commune", "")
    assert [hit.kind for hit in result.hits[:3]] == ["commune"] * 3
    assert result.hits[0].code == CASABLANCA


@pytest.mark.parametrize(("text", "code"), HANDLED_BY)
def test_a_subject_leads_to_the_body_that_handles_it(text, code):
    assert found(text)[0] == code


@pytest.mark.parametrize(("text", "code"), WITH_A_PLACE)
def test_a_place_beside_the_subject_leads_to_its_body_at_once(text, code):
    result = finder_search(text=text, language="fr")

    first = result.entries[0]
    assert isinstance(first, OrganisationHit)
    assert (first.code, result.hits[0].code) == (code, code)


@pytest.mark.parametrize(("text", "kind"), FOLDED)
def test_spelling_articles_and_polite_words_do_not_matter(text, kind):
    assert finder_search(text=text, language="fr").hits[0].kind == kind


def test_nothing_that_only_sounds_alike_stands_beside_a_topic():
    assert [hit.kind for hit in finder_search(text="poubelle", language="fr").hits] == [
        "commune"
    ] * 10
    assert "justice" not in found("lma")
    assert "civil-protection" not in found("état civil")


@pytest.mark.parametrize("text", ["rue sale", "الزبل عامر", "plage sale"])
def test_a_word_that_is_also_the_name_of_a_town_is_no_place(text):
    first = finder_search(text=text, language="fr").entries[0]

    assert isinstance(first, TopicHit)
    assert first.organisation_code == ""


@pytest.mark.parametrize(("text", "code"), [("Salé", SALE), ("sale", SALE), ("Taza", TAZA)])
def test_the_name_of_a_town_comes_first_even_where_it_is_a_word(text, code):
    assert found(text)[0] == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        # A name without its end, several words under which one body is found, a former operator.
        ("جامعة محمد الخامس", "university-mohammed-v"),
        ("المكتبة الوطنية", "national-library"),
        ("chu ibn rochd", "chu-ibn-rochd"),
        ("facture amendis", "srm-tanger-tetouan-al-hoceima"),
        ("radeema marrakech", "srm-marrakech-safi"),
    ],
)
def test_several_words_that_name_a_body_come_before_topics(text, code):
    assert found(text)[0] == code


@pytest.mark.parametrize(("text", "code"), COMES_FIRST)
def test_what_belongs_to_one_body_comes_first(text, code):
    assert found(text)[0] == code


@pytest.mark.parametrize(("text", "code"), one_in(4, AMONG_THE_FIRST_THREE))
def test_the_body_meant_is_among_the_first_three(text, code):
    assert code in found(text)[:3]


@pytest.mark.parametrize(("text", "kind"), TITLES_ALONE)
def test_a_title_alone_lists_bodies_of_that_sort(text, kind):
    result = finder_search(text=text, language="fr", limit=5)

    assert {hit.kind for hit in result.hits} == {kind}
    assert result.topics == ()


def test_a_kind_asked_for_leaves_other_kinds_out():
    kinds = [hit.kind for hit in finder_search(text="eau", language="fr", kind="ministry").hits]

    assert kinds
    assert set(kinds) == {"ministry"}


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        # Of each topic another kind comes first: prefectures, and the communes of the large cities.
        ("taxi", "province", "taxis"),
        ("extrait de naissance", "arrondissement", "birth-certificate"),
    ],
)
def test_a_kind_asked_for_finds_the_largest_of_a_topics_further_kind(text, kind, topic):
    result = finder_search(text=text, language="fr", kind=kind)

    assert [hit.kind for hit in result.hits] == [kind] * 10
    assert topic in [one.code for one in result.topics]


def test_a_parent_asked_for_finds_the_largest_of_a_topic_right_under_it():
    result = finder_search(text="poubelle", language="fr", parent=KHEMISSET)

    assert result.hits[0].name == "Commune de Khémisset"
    assert {hit.kind for hit in result.hits} == {"commune"}
    assert {hit.parent_name for hit in result.hits} == {"Province de Khémisset"}
    assert [one.code for one in result.topics][:1] == ["waste-bins"]


def test_a_parent_asked_for_finds_what_a_topic_leads_to_in_a_larger_place():
    """The region has more communes than are shown, and those of one province are not the first."""
    result = finder_search(
        text="poubelle région Rabat-Salé-Kénitra", language="fr", parent=KHEMISSET
    )

    assert [hit.parent_name for hit in result.hits] == ["Province de Khémisset"] * 10


@pytest.mark.parametrize(
    "text", ["zzqxv wvvk", "\x00\ud800", "%_'\"\\", "  ", "x" * 5000, "ما", "l"]
)
def test_odd_words_never_break_the_finder(text):
    assert len(finder_search(text=text, language="fr", limit=3).hits) <= 3


def test_what_nothing_resembles_finds_nothing():
    assert found("zzqxv wvvk") == []


def test_the_beginning_of_a_word_is_enough_while_typing():
    first = finder_search(text="poub", language="fr").entries[0]

    assert (first.code, first.organisation_code) == ("waste-bins", "")


def test_the_label_is_in_the_language_asked_for():
    first = finder_search(text="zbel", language="ar").entries[0]

    assert isinstance(first, TopicHit)
    assert first.label == "جمع النفايات والنظافة"


@pytest.mark.parametrize(
    ("topic", "place", "code"),
    [
        ("waste-bins", "kenitra", KENITRA),
        ("waste-bins", "9nitra", KENITRA),
        ("water-supply", "Fès", "srm-fes-meknes"),
        ("governor", "tiflet", "province-04-291"),
        ("passport", "fes", "interior"),
    ],
)
def test_the_second_search_finds_the_body_of_the_topic_in_a_place(topic, place, code):
    bodies = topic_bodies(code=topic, place=place, language="fr", limit=8)

    assert bodies[0].code == code
    assert len({body.kind for body in bodies} - {"province", "prefecture"}) <= 1


def test_the_second_search_leaves_out_what_only_sounds_like_the_place():
    bodies = topic_bodies(code="waste-bins", place="kenitra", language="fr", limit=8)

    assert [body.code for body in bodies] == [KENITRA]


def test_the_second_search_finds_the_bodies_of_every_target_that_the_place_decides():
    bodies = topic_bodies(code="sewerage", place="kenitra", language="fr", limit=8)

    assert [body.code for body in bodies][:2] == ["srm-rabat-sale-kenitra", KENITRA]


def test_the_second_search_finds_every_body_of_a_topic_that_needs_no_place():
    bodies = topic_bodies(code="public-suppliers", place="", language="fr", limit=8)

    assert [body.code for body in bodies] == ["treasury", "finance"]


@pytest.mark.parametrize("place", ["", "zzqxv wvvk"])
def test_the_second_search_of_regional_bodies_finds_none_where_no_place_is_known(place):
    assert topic_bodies(code="water-supply", place=place, language="fr", limit=8) == []


def test_the_second_search_is_two_queries(django_assert_num_queries):
    found("the first query of a test also enters the schema")

    with django_assert_num_queries(2):
        topic_bodies(code="sewerage", place="kenitra", language="ar", limit=8)


def test_the_second_search_without_a_place_lists_the_largest():
    assert topic_bodies(code="waste-bins", place="", language="fr", limit=2)[0].code == CASABLANCA


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("poubelle", {}),
        ("poubelle kenitra", {}),
        ("lma", {}),
        ("etat civil", {}),
        ("taxi", {"kind": "province"}),
        ("poubelle", {"parent": KHEMISSET}),
    ],
)
def test_a_question_is_two_queries(text, within, django_assert_num_queries):
    found("the first query of a test also enters the schema")

    with django_assert_num_queries(2):
        finder_search(text=text, language="ar", **within)
