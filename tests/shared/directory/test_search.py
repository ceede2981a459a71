"""The finder: what people type, and the body they mean."""

import pytest
from django.db import connection

from shared.directory.enums import AliasKind
from shared.directory.models import Alias
from shared.directory.selectors.organisation_search import (
    MAX_WORDS,
    organisation_search,
    words_read,
)
from shared.directory.selectors.topic_search import finder_search
from tests.support.sampling import one_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national_directory")]

# An acronym, or a name that belongs to one body alone.
COMES_FIRST = [
    ("ONEE", "onee"),
    ("onee", "onee"),
    ("CNSS", "cnss"),
    ("ANCFCC", "ancfcc"),
    ("cnops", "cnops"),
    ("NARSA", "narsa"),
    ("ADM", "adm"),
    ("HCP", "planning-commission"),
    ("DGI", "dgi"),
    ("ONCF", "oncf"),
    ("CDG", "cdg"),
    ("ANP", "anp"),
    ("police", "dgsn"),
    ("lydec", "srm-casablanca-settat"),
    ("redal", "srm-rabat-sale-kenitra"),
]
# Arabic with and without its signs, French without accents, English, darija, errors of typing.
AMONG_THE_FIRST_THREE = [
    ("الكهرباء", "onee"),
    ("ضو", "onee"),
    ("dow", "onee"),
    ("trisiti", "onee"),
    ("الماء", "onee"),
    ("tramway", "interior"),
    ("الطوبيس", "interior"),
    ("moudawana", "justice"),
    ("وزارة الصحة", "health"),
    ("وِزَارَةُ الصِّحَّة", "health"),
    ("الصحه", "health"),
    ("المحافظة العقارية", "ancfcc"),
    ("الضمان الإجتماعي", "cnss"),
    ("وزاره الداخليه", "interior"),
    ("جماعة الرباط", "commune-04-421-01-0"),
    ("مقاطعة المعاريف", "arrondissement-06-141-01-03"),
    ("عمالة طنجة أصيلة", "prefecture-01-511"),
    ("إقليم الحوز", "province-07-041"),
    ("رخصة السياقة", "narsa"),
    ("القطار", "oncf"),
    ("البريد", "barid-al-maghrib"),
    ("الديوانة", "customs"),
    ("جامعة ابن زهر", "university-ibn-zohr"),
    ("أكادير", "commune-09-001-01-01"),
    ("جهة الشرق", "region-02"),
    ("ministere de la sante", "health"),
    ("education nationale", "education"),
    ("conservation fonciere", "ancfcc"),
    ("permis de conduire", "narsa"),
    ("carte grise", "narsa"),
    ("carte nationale", "dgsn"),
    ("commune de fes", "commune-03-231-01-0"),
    ("securite sociale", "cnss"),
    ("impots", "dgi"),
    ("douane", "customs"),
    ("autoroute", "adm"),
    ("office national des chemins de fer", "oncf"),
    ("fac agadir", "university-ibn-zohr"),
    ("caisse de retraite", "cmr"),
    ("passeport", "interior"),
    ("ministry of health", "health"),
    ("railway", "oncf"),
    ("driving licence", "narsa"),
    ("land registry", "ancfcc"),
    ("post office", "barid-al-maghrib"),
    ("water bill casablanca", "srm-casablanca-settat"),
    ("wizarat sseha", "health"),
    ("wizarat ssi7a", "health"),
    ("jama3at rabat", "commune-04-421-01-0"),
    ("jama3a rbat", "commune-04-421-01-0"),
    ("mo9ata3a maarif", "arrondissement-06-141-01-03"),
    ("mou9ata3at l7ay lhassani", "arrondissement-06-141-01-31"),
    ("dar lbayda", "commune-06-141-01-0"),
    ("tanja", "commune-01-511-01-0"),
    ("lmouhafada l3a9ariya", "ancfcc"),
    ("lpermi", "narsa"),
    ("lbosta", "barid-al-maghrib"),
    ("diwana", "customs"),
    ("lma w ddo", "onee"),
    ("lma w ddo marrakech", "srm-marrakech-safi"),
    ("wizarat ta3lim", "education"),
    ("daman ijtima3i", "cnss"),
    ("3amalat sla", "prefecture-04-441"),
    ("jam3a kenitra", "university-ibn-tofail"),
    ("lanapec", "anapec"),
    ("اللامبا", "onee"),
    ("9nitra", "commune-04-281-01-01"),
    ("ministre de la snate", "health"),
    ("conservatoin fonciere", "ancfcc"),
    ("cnsss", "cnss"),
    ("marakech", "commune-07-351-01-0"),
    ("casablaca", "commune-06-141-01-0"),
    ("وزارة الصجة", "health"),
    ("المحافضة العقارية", "ancfcc"),
    ("oujdaa", "commune-02-411-01-23"),
    ("educaton nationale", "education"),
    ("médiateur", "mediator"),
    ("gendarmerie", "royal-gendarmerie"),
    ("habous", "habous"),
    ("eau potable", "onee"),
    ("fuite d'eau casablanca", "srm-casablanca-settat"),
    ("coupure electricite agadir", "srm-souss-massa"),
    ("facture eau marrakech", "srm-marrakech-safi"),
    ("مســـتشفى فاس", "gst-fes-meknes"),
    ("sbitar fes", "gst-fes-meknes"),
    ("hopital marrakech", "gst-marrakech-safi"),
]
# A title alone says what sort of body is meant.
TITLES_ALONE = [
    ("la3mala", "prefecture"),
    ("mo9ata3a", "arrondissement"),
    ("جماعة", "commune"),
    ("l9lim", "province"),
    ("région", "region"),
]


def codes(text: str, parent: str | None = None, limit: int = 20) -> list[str]:
    """The codes found for ``text``, best first."""
    hits = organisation_search(text=text, language="fr", parent=parent, limit=limit)
    return [hit.code for hit in hits]


@pytest.mark.parametrize(("text", "code"), COMES_FIRST)
def test_what_belongs_to_one_body_comes_first(text, code):
    assert codes(text)[0] == code


@pytest.mark.parametrize(("text", "code"), one_in(3, AMONG_THE_FIRST_THREE))
def test_the_body_meant_is_among_the_first_three(text, code):
    assert code in codes(text)[:3]


@pytest.mark.parametrize(("text", "kind"), TITLES_ALONE)
def test_a_title_alone_lists_bodies_of_that_sort(text, kind):
    hits = organisation_search(text=text, language="fr", limit=5)

    assert {hit.kind for hit in hits} == {kind}


def test_a_title_alone_lists_the_largest_first():
    assert codes("commune")[0] == "commune-06-141-01-0"


def test_a_title_prefers_its_sort_among_namesakes():
    assert codes("préfecture de Rabat")[0] == "prefecture-04-421"


def test_namesakes_are_told_apart_by_their_parent():
    hits = organisation_search(text="Oulad Aissa", language="fr", limit=3)

    assert {hit.name for hit in hits} == {"Commune d'Oulad Aissa"}
    assert len({hit.parent_name for hit in hits}) == 3


def test_the_beginning_of_a_name_is_enough():
    assert codes("casab")[0] == "commune-06-141-01-0"


def test_a_kind_narrows_the_search():
    hits = organisation_search(text="Rabat", language="fr", kind="institution")

    assert {hit.kind for hit in hits} == {"institution"}


def test_a_parent_narrows_the_search():
    assert codes("Agdal", parent="commune-04-421-01-0") == ["arrondissement-04-421-01-01"]


def test_without_words_the_children_of_a_parent_are_listed():
    assert len(codes("", parent="region-04")) == 7


def test_the_language_asked_for_is_answered():
    hit = organisation_search(text="CNSS", language="ar", limit=1)[0]

    assert hit.name == "الصندوق الوطني للضمان الاجتماعي"
    assert hit.parent_name == "وزارة الصحة والحماية الاجتماعية"


def test_a_body_out_of_scope_says_why():
    hit = organisation_search(text="défense nationale", language="fr", limit=1)[0]

    assert hit.accepts is False
    assert "2-17-265" in hit.refusal


@pytest.mark.parametrize("text", ["zzqxv wvvk", "\x00\ud800", "%_'\"\\", "  ", "x" * 5000])
def test_odd_words_never_break_the_search(text):
    assert len(organisation_search(text=text, language="fr", limit=3)) <= 3


def test_what_nothing_resembles_finds_nothing():
    assert codes("zzqxv wvvk") == []


def test_a_limit_is_kept():
    assert len(codes("commune", limit=4)) == 4


def test_searches_are_planned_with_the_number_of_rows_that_there_are():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'directory_alias'::regclass")
        ((known,),) = cursor.fetchall()

    assert known == Alias.objects.count() > 1500


def test_a_search_is_one_query(django_assert_num_queries):
    codes("the first query of a test also enters the schema")

    with django_assert_num_queries(1):
        organisation_search(text="wizarat sseha", language="ar", kind="ministry")


def test_words_behind_the_twelfth_are_not_read_and_refuse_nothing():
    twelve = "ministere de la sante " + "et " * 8
    behind = twelve + "xa ya za xe ye ze xi yi zi xo yo zo"

    assert words_read(behind) == twelve.rstrip()
    found = [one.code for one in finder_search(text=behind, language="fr").hits]
    assert found == [one.code for one in finder_search(text=twelve, language="fr").hits]
    assert found[0] == "health"


@pytest.mark.parametrize("text", ["", "   ", "!!! ???", "_ _ _"])
def test_text_without_a_word_reads_as_none(text):
    assert words_read(text) == ""


def test_no_name_of_a_body_is_longer_than_what_is_read():
    names = Alias.objects.exclude(kind=AliasKind.WORD).values_list("key", flat=True)

    assert max(len(name.split()) for name in names) <= MAX_WORDS
