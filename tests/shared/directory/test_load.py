"""Loading the directory, and what its sources must hold."""

import re
from collections import Counter

import pytest

from shared.directory.enums import OrganisationKind
from shared.directory.errors import OrganisationCodeTaken, OrganisationNotFound
from shared.directory.models import Alias, Organisation
from shared.directory.selectors.organisation_search import organisation_search
from shared.directory.selectors.organisations import organisation_get
from shared.directory.selectors.sources import organisation_rows
from shared.directory.services.agency_assignment import organisation_assign_agency
from shared.directory.services.directory_file import directory_load
from shared.directory.services.new_organisation import organisation_add
from shared.kernel.actors import SYSTEM
from shared.kernel.text import Wording, search_phrase, sound_key
from shared.reference_data.files import LoadReport

loaded = pytest.mark.usefixtures("national_directory")


@pytest.fixture(scope="module")
def rows():
    """Every body, as the sources give it."""
    return organisation_rows()


# --- the sources ---------------------------------------------------------------------------------


def test_the_country_is_complete(rows):
    counted = Counter(str(row.kind) for row in rows)

    assert counted == {
        "ministry": 40,
        "institution": 191,
        "region": 12,
        "prefecture": 21,
        "province": 62,
        "commune": 1503,
        "other": 1,
        "arrondissement": 41,
    }


def test_every_body_has_three_names(rows):
    nameless = [row.code for row in rows if not (row.names.ar and row.names.fr and row.names.en)]

    assert nameless == []


def test_every_reviewed_body_says_what_it_handles(rows):
    reviewed = [row for row in rows if row.kind in {"ministry", "institution"}]

    silent = [r.code for r in reviewed if not (r.handles.ar and r.handles.fr and r.handles.en)]
    assert silent == []


def test_arabic_names_are_in_arabic_letters(rows):
    wrong = [row.code for row in rows if not re.search("[\u0621-\u064a]", row.names.ar)]

    assert wrong == []


def test_parents_come_before_children(rows):
    seen = {""}
    early = []
    for row in rows:
        if row.parent_code not in seen:
            early.append(row.code)
        seen.add(row.code)

    assert early == []


def test_only_known_bodies_are_out_of_scope(rows):
    assert sorted(row.code for row in rows if not row.accepts) == [
        "anti-corruption-authority",
        "cndh",
        "cndp",
        "competition-council",
        "haca",
        "judicial-council",
        "mediator",
        "national-defence",
        "public-prosecution",
        "royal-gendarmerie",
    ]


@pytest.mark.parametrize(
    ("code", "name_fr"),
    [
        ("commune-01-511-01-01", "Commune d'Assilah"),
        ("region-02", "Région de l'Oriental"),
        ("province-07-041", "Province d'Al Haouz"),
        ("prefecture-04-421", "Préfecture de Rabat"),
        ("prefecture-06-141-01-00", "Préfecture d'arrondissements de Casablanca-Anfa"),
    ],
)
def test_places_are_named_as_the_french_say(rows, code, name_fr):
    assert next(row.names.fr for row in rows if row.code == code) == name_fr


# --- loading -------------------------------------------------------------------------------------


@pytest.mark.django_db
@loaded
def test_a_second_load_changes_nothing_and_is_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        report = directory_load(actor=SYSTEM)

    assert report == LoadReport(created=0, updated=0, unchanged=1871, deactivated=0)


@pytest.mark.django_db
@loaded
def test_a_load_repairs_names_and_aliases_and_keeps_what_it_does_not_know():
    Organisation.objects.filter(code="health").update(name_fr="Autre chose")
    body = Organisation.objects.get(code="onee")
    Alias.objects.filter(organisation=body).delete()
    Alias.objects.create(organisation=body, kind="word", text="x", key="x", sound="")
    organisation_assign_agency(organisation_code="onee", agency_code="water", actor=SYSTEM)
    Organisation.objects.create(
        code="old-office", kind="institution", name_ar="مكتب", name_fr="Office", name_en="Office"
    )

    report = directory_load(actor=SYSTEM)

    assert report == LoadReport(created=0, updated=1, unchanged=1870, deactivated=1)
    assert (
        organisation_get(code="health").name("fr")
        == "Ministère de la Santé et de la Protection sociale"
    )
    assert Alias.objects.filter(organisation=body, key="kahraba").count() == 1
    # A word that left the sources.
    assert Alias.objects.filter(organisation=body, key="x").count() == 0
    assert organisation_get(code="onee").agency_code == "water"
    # A body that left the sources is kept, but not found.
    assert Organisation.objects.get(code="old-office").is_active is False
    with pytest.raises(OrganisationNotFound):
        organisation_get(code="old-office")


@pytest.mark.django_db
@loaded
def test_every_alias_has_the_keys_that_search_compares():
    stale = [
        alias.text
        for alias in Alias.objects.filter(organisation__kind="institution")
        if (alias.key, alias.sound) != (search_phrase(alias.text), sound_key(alias.text))
    ]

    assert stale == []


@pytest.mark.django_db
def test_a_workspace_cannot_be_given_to_an_unknown_body():
    with pytest.raises(OrganisationNotFound):
        organisation_assign_agency(organisation_code="nowhere", agency_code="water", actor=SYSTEM)


@loaded
@pytest.mark.django_db
def test_a_body_added_by_oversight_outlives_a_load_and_is_found_by_its_names():
    names = Wording(ar="وكالة الواحات", fr="Agence des oasis", en="Oases agency")
    kind = OrganisationKind.INSTITUTION
    organisation_add(code="oases", kind=kind, parent_code="interior", names=names, actor=SYSTEM)

    report = directory_load(actor=SYSTEM)

    assert report.deactivated == 0
    assert organisation_get(code="oases").names == names
    for words in ("وكالة الواحات", "agence des oasis", "oases"):
        assert organisation_search(text=words, language="fr")[0].code == "oases"


@loaded
@pytest.mark.django_db
def test_a_body_is_added_once_and_under_a_body_that_there_is():
    names = Wording(ar="وكالة", fr="Agence", en="Agency")
    kind = OrganisationKind.INSTITUTION

    with pytest.raises(OrganisationCodeTaken):
        organisation_add(code="health", kind=kind, parent_code="", names=names, actor=SYSTEM)
    with pytest.raises(OrganisationNotFound):
        organisation_add(code="oases", kind=kind, parent_code="nobody", names=names, actor=SYSTEM)
    assert not Organisation.objects.filter(code="oases").exists()
