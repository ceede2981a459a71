"""An instance made by ``new_row`` equals the instance that the model itself makes."""

import pytest
from django.apps import apps
from django.db.models import CompositePrimaryKey
from django.db.models.expressions import DatabaseDefault

from shared.complaints.models import Complaint, ComplaintEvent, Party
from shared.mail.models import Mail
from shared.rows.new_rows import new_row, stored_row
from tenants.isolation.backends.schema_router import ForeignInstance

OURS = [
    one
    for one in apps.get_models()
    if one.__module__.startswith(("shared.", "tenants."))
    # No column holds a key of several columns, and no filing inserts such a row.
    and not isinstance(one._meta.pk, CompositePrimaryKey)
]


def columns(row):
    """The columns of an instance; each database default counts as equal."""
    return {
        name: "default" if isinstance(value, DatabaseDefault) else value
        for name, value in vars(row).items()
        if name != "_state"
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_new_row_has_the_defaults_of_its_model(model):
    fixed = {"pk", "id"} & {model._meta.pk.attname}
    keys = {name: "1" for name in fixed if callable(model._meta.pk.default)}

    made, usual = new_row(model, keys), model(**keys)

    assert columns(made) == columns(usual)
    assert type(made) is model
    assert made._state.adding
    assert made._state.db is None


def test_new_row_takes_columns_and_relations():
    complaint = new_row(Complaint, {"reference": "4815162342108097", "unit_id": 7})
    party = new_row(Party, {"complaint": complaint, "name": "N"})

    assert (complaint.reference, complaint.unit_id) == ("4815162342108097", 7)
    assert party.complaint is complaint
    assert complaint.party is party


@pytest.mark.parametrize("key", [None, 5])
def test_new_row_points_to_a_row_that_is_not_stored(key):
    complaint = new_row(Complaint, {"id": key})

    event = new_row(ComplaintEvent, {"complaint": complaint})

    assert event.complaint is complaint
    assert event.complaint_id == key
    with pytest.raises(ValueError, match="must be a"):
        new_row(ComplaintEvent, {"complaint": event})


def test_new_row_refuses_an_unknown_name():
    with pytest.raises(TypeError, match="Complaint has no field colour"):
        new_row(Complaint, {"colour": "red"})


def test_new_rows_share_no_changeable_value():
    one, other = new_row(Mail, {}), new_row(Mail, {})

    one.context["a"] = "b"

    assert other.context == {}
    assert one._state is not other._state


@pytest.mark.django_db
def test_new_row_refuses_a_case_of_another_agency():
    case = Complaint(pk=1)
    case._state.adding, case._state.db = False, "default"
    case._state.schema = "a_other"

    with pytest.raises(ForeignInstance):
        new_row(ComplaintEvent, {"complaint": case})


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_stored_row_is_what_django_makes_of_the_read_columns(model):
    names = [one.attname for one in model._meta.concrete_fields][:-1]
    values = range(len(names))

    made, usual = stored_row(model, names, values), model.from_db("default", names, values)

    assert columns(made) == columns(usual)
    assert made.get_deferred_fields() == usual.get_deferred_fields()
    assert (made._state.adding, made._state.db) == (False, "default")


def test_a_stored_row_needs_a_value_for_each_column():
    with pytest.raises(ValueError, match="shorter"):
        stored_row(Mail, ["id", "to"], [1])
