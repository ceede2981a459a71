"""Which bodies an agency answers for that has come back: those that the operator gives it."""

import pytest

from shared.directory.models import Organisation
from shared.directory.selectors.organisations import handling_agency_code
from tests.tenants.agency_export.estate import ANOTHER, CODE, NEIGHBOUR, restore_asked, worked
from tests.tenants.agency_export.malicious_exports import parts_of, with_manifest
from tests.tenants.agency_export.test_refused import changed
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

FREE = "free-body"


@pytest.fixture
def bodies(opened_export):
    """A body that nobody answers for; all as they were at the end."""
    names = {"name_ar": "جماعة", "name_fr": "libre", "name_en": "free"}
    in_thread(lambda: Organisation.objects.create(code=FREE, kind="commune", **names))
    yield
    in_thread(lambda: Organisation.objects.filter(code=FREE).delete())
    in_thread(lambda: Organisation.objects.filter(code=CODE).update(agency_code=CODE))


def brought_back(opened_export, folder, *, told=None, **order):
    """What a restoring said of bodies, from a bundle that claims to have had all of them."""
    facts = {"organisations": [CODE, FREE, NEIGHBOUR, "unknown"]}
    parts = with_manifest(parts_of(opened_export), lambda m: m["agency"].update(facts))
    path = changed(opened_export, folder, parts)
    bodies = None if told is None else tuple(told)
    result = worked(restore_asked(opened_export, path=path, bodies=bodies, **order)).result
    return result["bodies_taken"], result["bodies_held"]


def answering():
    return [handling_agency_code(code=code) for code in (CODE, FREE, NEIGHBOUR)]


def test_untold_it_takes_those_that_stand_under_its_code(opened_export, bodies, tmp_path):
    said = brought_back(opened_export, tmp_path)

    assert said == ([CODE], [FREE, NEIGHBOUR, "unknown"])
    assert answering() == [CODE, None, NEIGHBOUR]


@pytest.mark.slow
def test_untold_under_another_code_it_takes_none(opened_export, bodies, tmp_path):
    said = brought_back(opened_export, tmp_path, code=ANOTHER)

    assert said == ([], [FREE, CODE, NEIGHBOUR, "unknown"])
    assert answering() == [CODE, None, NEIGHBOUR]


def test_told_it_takes_what_is_free_and_nothing_of_a_living_agency(opened_export, bodies, tmp_path):
    said = brought_back(opened_export, tmp_path, told=[FREE, CODE, NEIGHBOUR], code=ANOTHER)

    assert said == ([FREE, CODE], [NEIGHBOUR, "unknown"])
    assert answering() == [ANOTHER, ANOTHER, NEIGHBOUR]
