"""What a request may be about: the national list, and what of it one body is offered."""

from fnmatch import fnmatchcase

import pytest
from django.db import IntegrityError

from shared.catalogue.errors import CategoryNotFound
from shared.catalogue.models import Category, Question
from shared.catalogue.selectors import categories_for, category_get
from shared.catalogue.services.categories import catalogue_load
from shared.directory.enums import OrganisationKind
from shared.directory.selectors.sources import organisation_rows
from shared.kernel.actors import SYSTEM
from shared.reference_data.files import LoadReport
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


@pytest.fixture
def national_list():
    """The list as its file gives it."""
    return catalogue_load(actor=SYSTEM)


def offered(code: str, organisation_kind: str, kind: str | None = None) -> list[str]:
    """Codes of the categories offered for one body."""
    found = categories_for(organisation_code=code, organisation_kind=organisation_kind, kind=kind)
    return [category.code for category in found]


def category(code: str, **values: object) -> Category:
    """One made-up category, for every body unless told otherwise."""
    names = {"name_ar": f"اسم {code}", "name_fr": f"Nom {code}", "name_en": f"Name {code}"}
    return Category.objects.create(
        code=code, **{"kinds": ["complaint"], "position": 1, **names, **values}
    )


# --- loading -------------------------------------------------------------------------------------


def test_the_first_load_creates_every_category(national_list):
    assert national_list == LoadReport(created=73, updated=0, unchanged=0, deactivated=0)


def test_a_second_load_changes_nothing(national_list):
    report = catalogue_load(actor=SYSTEM)

    assert report == LoadReport(created=0, updated=0, unchanged=73, deactivated=0)


def test_a_load_repairs_a_category_and_its_questions(national_list):
    Question.objects.filter(category__code="civil-status").delete()
    Category.objects.filter(code="roads").update(kinds=["proposal"])

    report = catalogue_load(actor=SYSTEM)

    assert report == LoadReport(created=0, updated=2, unchanged=71, deactivated=0)
    assert [question.code for question in category_get(code="civil-status").questions] == [
        "document",
        "requested-on",
    ]


def test_a_category_that_left_the_file_is_kept_but_not_offered(national_list):
    category("old")

    report = catalogue_load(actor=SYSTEM)

    assert report.deactivated == 1
    assert Category.objects.get(code="old").is_active is False
    with pytest.raises(CategoryNotFound):
        category_get(code="old")


def test_every_body_named_in_the_file_is_in_the_directory(national_list):
    codes = {row.code for row in organisation_rows()}
    patterns = {code for row in Category.objects.all() for code in row.organisation_codes}

    unknown = [p for p in patterns if not any(fnmatchcase(code, p) for code in codes)]
    assert unknown == []


def test_every_kind_of_body_named_in_the_file_is_known(national_list):
    kinds = {kind for row in Category.objects.all() for kind in row.organisation_kinds}

    assert kinds - set(OrganisationKind.values) == set()


# --- what is offered -----------------------------------------------------------------------------


def test_a_category_without_bodies_is_offered_for_all():
    category("delay")

    assert offered("anything", "other") == ["delay"]


def test_a_category_is_offered_for_its_kind_of_body():
    category("roads", organisation_kinds=["commune"])

    assert offered("village", "commune") == ["roads"]
    assert offered("health", "ministry") == []


def test_a_category_is_offered_for_a_body_by_name():
    category("post", organisation_codes=["barid"])

    assert offered("barid", "institution") == ["post"]
    assert offered("barid-2", "institution") == []


def test_a_star_stands_for_every_code_that_begins_so():
    category("water", organisation_codes=["srm-*"])

    assert offered("srm-north", "institution") == ["water"]
    assert offered("north-srm-", "institution") == []


def test_kind_and_name_add_up():
    category("waste", organisation_kinds=["commune"], organisation_codes=["srm-*"])

    assert offered("village", "commune") == ["waste"]
    assert offered("srm-north", "institution") == ["waste"]


def test_only_categories_of_the_kind_of_request_are_offered():
    category("no-reply")
    category("idea", kinds=["proposal", "observation"], position=2)

    assert offered("anything", "other", kind="proposal") == ["idea"]


def test_categories_come_in_the_order_of_the_list():
    category("third", position=3)
    category("first", position=1)
    category("second", position=2)

    assert offered("anything", "other") == ["first", "second", "third"]


def test_particular_subjects_come_before_general_ones(national_list):
    codes = offered("commune-04-421-01-0", "commune", kind="complaint")

    assert codes[:4] == ["civil-status", "roads", "street-lighting", "waste"]
    assert codes[-1] == "other"


@pytest.mark.parametrize("kind", repeats(["complaint", "observation", "proposal"], keep=1))
def test_a_body_that_no_category_names_is_offered_the_general_ones(national_list, kind):
    assert offered("anything", "other", kind=kind)[0] == "delay"


# --- questions -----------------------------------------------------------------------------------


def test_questions_and_options_are_told_in_every_language(national_list):
    question = category_get(code="civil-status").questions[0]

    assert question.text("fr") == "Quel document est concerné\u00a0?"
    assert [option.text("ar") for option in question.options][:2] == ["عقد الازدياد", "عقد الوفاة"]


def test_an_unknown_category_is_refused():
    with pytest.raises(CategoryNotFound):
        category_get(code="nothing")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_is_three_queries_whatever_its_length(count, django_assert_num_queries):
    for number in range(count):
        row = category(f"c{number}")
        Question.objects.create(
            category=row, code="q", kind="text", text_ar="؟", text_fr="?", text_en="?", position=0
        )

    with django_assert_num_queries(3):
        categories_for(organisation_code="x", organisation_kind="other")


def test_an_unknown_kind_of_request_cannot_be_stored():
    with pytest.raises(IntegrityError):
        category("odd", kinds=["compliment"])
