"""Which unit handles a request when it is filed."""

import pytest

from shared.complaints.selectors import complaint_get
from shared.kernel.actors import SYSTEM
from shared.routing.selectors import routing_table
from shared.units.selectors import unit_of_request
from shared.units.services import unit_close
from tests.support.factories import filed
from tests.support.units import unit

pytestmark = pytest.mark.django_db


def found(category="", organisation="", place=""):
    return unit_of_request(
        routing_table().units,
        category_code=category,
        organisation_code=organisation,
        place=place,
    )


def test_the_agency_as_a_whole_handles_what_no_unit_is_for(in_roads):
    unit("Delays", category_codes=("delay",))
    unit("Everything and nothing")

    assert found(category="fees", organisation="roads", place="Rabat") is None


def test_a_unit_handles_its_categories_organisations_and_places(in_roads):
    delays = unit("Delays", category_codes=("delay", "fees"))
    bridges = unit("Bridges", organisation_codes=("bridges",))
    fes = unit("Fès", places=("Fès",))

    assert found(category="fees") == delays
    assert found(organisation="bridges") == bridges
    assert found(place="Fès") == fes


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("Fès", "FES, quartier Batha"),
        ("Fès", "à Fès"),
        ("Salé", "Rue 12, sale"),
        ("Aïn Chock", "AIN CHOCK - Casablanca"),
        ("الدار البيضاء", "حي المعاريف، الدّار البيضاء"),
        ("الرباط", "حي الرياض بالرباط"),
        ("أكادير", "اكادير"),
        ("آسفي", "مدينة اسفي"),
        ("سلا", "سَلا"),
        ("تطوان", "تـطـوان"),
    ],
)
def test_a_place_is_found_however_it_is_written(in_roads, listed, written):
    here = unit("Here", places=("Nowhere", listed))

    assert found(place=written) == here


@pytest.mark.parametrize(
    ("listed", "written"),
    [("Sale", "Salem"), ("سلا", "سلامة"), ("Fès", ""), ("Fès", "Fquih Ben Salah")],
)
def test_a_part_of_a_word_is_another_place(in_roads, listed, written):
    unit("There", places=(listed,))

    assert found(place=written) is None


def test_a_unit_that_lacks_one_of_its_things_handles_nothing_of_the_request(in_roads):
    unit("Delays in Fès", category_codes=("delay",), places=("Fès",))

    assert found(category="delay", place="Rabat") is None
    assert found(category="fees", place="Fès") is None


def test_the_unit_that_says_most_of_the_request_wins(in_roads):
    delays = unit("Delays", category_codes=("delay",))
    both = unit("Delays in Fès", category_codes=("delay",), places=("Fès",))
    all_three = unit(
        "Delays of bridges in Fès",
        category_codes=("delay",),
        organisation_codes=("bridges",),
        places=("Fès",),
    )

    assert found(category="delay", place="Rabat") == delays
    assert found(category="delay", place="Fès") == both
    assert found(category="delay", place="Fès", organisation="bridges") == all_three


def test_of_two_that_say_as_much_the_lower_one_wins_and_then_the_older_one(in_roads):
    city = unit("Casablanca", places=("Casablanca",))
    quarter = unit("Anfa", places=("Anfa",), parent=city)
    unit("Anfa again", places=("Anfa",), parent=city)

    assert found(place="Anfa, Casablanca") == quarter
    assert found(place="Casablanca") == city


def test_a_retired_unit_handles_nothing_new(in_roads):
    old = unit("Delays", category_codes=("delay",))
    unit_close(unit_id=old, actor=SYSTEM)

    assert found(category="delay") is None


def test_a_request_is_filed_with_its_unit(in_roads):
    fes = unit("Fès", places=("فاس", "Fès"))

    here = filed(in_roads, place="شارع الحسن الثاني، فاس")
    elsewhere = filed(in_roads, place="Rabat")

    assert complaint_get(reference=here.reference).unit_id == fes
    assert complaint_get(reference=elsewhere.reference).unit_id is None
