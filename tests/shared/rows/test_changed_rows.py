"""``row_update`` writes what ``Model.save`` writes, and nothing else."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.mail.models import Mail
from shared.rows.changed_rows import ValueSql, row_update
from tenants.isolation.backends.schema_router import ForeignInstance
from tenants.isolation.schema_switch import national_context
from tests.support.factories import staff

pytestmark = pytest.mark.django_db

# A value for each column of another kind, and an empty value where one is allowed.
CHANGES = [
    ("subject", "100% d'eau « é »"),
    ("subject", ""),
    ("risk_on", date(2026, 3, 1)),
    ("promised_on", date(2026, 3, 1)),
    ("promised_on", None),
    ("received_at", clock.now() - timedelta(days=3, microseconds=7)),
    ("reopened", 3),
    ("has_citizen_news", True),
    ("label_ids", [4, 2]),
    ("label_ids", []),
    ("unit_id", None),
    ("more_words", "'benali' 'zebra'"),
]


@pytest.fixture
def cases(in_roads):
    """Two equal cases; ``search`` and ``more_words`` are not loaded."""
    values = {"kind": "observation", "status": "received", "subject": "s", "body": "b"}
    values |= {"language": "fr", "privacy": "named", "channel": "api"}
    now = clock.now()
    made = [
        Complaint.objects.create(reference=number, received_at=now, **values)
        for number in ("4815162342108097", "4815162342108105")
    ]
    return [Complaint.objects.get(pk=one.pk) for one in made]


def stored(row: Model) -> dict[str, Any]:
    rows = type(row)._base_manager.filter(pk=row.pk)
    names = [one.attname for one in row._meta.concrete_fields]
    return dict(zip(names, rows.values_list(*names).get(), strict=True))


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_a_column_is_written_as_save_writes_it(cases, name, value):
    for case in cases:
        setattr(case, name, value)
        # Neither writes a column that it is not asked to write.
        case.place = "not written"

    row_update(cases[0], [name])
    cases[1].save(update_fields=[name])

    by_us, by_django = [stored(case) for case in cases]
    own = {"id", "reference"}
    assert {k: v for k, v in by_us.items() if k not in own} == {
        k: v for k, v in by_django.items() if k not in own
    }
    assert by_us["place"] == ""


def test_a_relation_is_written(cases, in_roads):
    officer = staff(in_roads, Role.AGENT)
    cases[0].assignee = officer

    row_update(cases[0], ["assignee_id"])

    assert stored(cases[0])["assignee_id"] == officer.pk


def test_json_is_written(in_roads):
    letter = Mail.objects.create(
        id=uuid.uuid4(),
        to="a@example.org",
        letter="received",
        language="fr",
        queued_at=clock.now(),
        context={},
    )
    letter.context = {"a": "100% é « »", "b": [1, None]}

    row_update(letter, ["context"])

    assert stored(letter)["context"] == {"a": "100% é « »", "b": [1, None]}


def test_the_database_computes_a_value_beside_other_values(cases):
    case = cases[0]
    case.version = ValueSql("version + %s * %s", (2, 3))
    case.subject, case.place = "before", "after"
    first = stored(case)["version"]

    row_update(case, ["subject", "version", "place"])

    found = stored(case)
    assert (found["subject"], found["version"], found["place"]) == ("before", first + 6, "after")


def test_one_statement_writes_and_none_writes_nothing(cases):
    with CaptureQueriesContext(connection) as asked:
        row_update(cases[0], [])
    assert len(asked) == 0

    cases[0].place = "Fes"
    with CaptureQueriesContext(connection) as asked:
        row_update(cases[0], ["place"])
    assert len(asked) == 1


def test_a_row_that_is_gone_is_an_error_that_ends_the_transaction(cases):
    Complaint.objects.filter(pk=cases[0].pk).delete()

    with transaction.atomic():
        with pytest.raises(DatabaseError, match="Complaint is not stored"):
            row_update(cases[0], ["place"])
        with pytest.raises(TransactionManagementError):
            stored(cases[1])
        transaction.set_rollback(False)


@pytest.mark.parametrize("name", ["search", "unit", "pk", "nothing"])
def test_only_names_of_columns_are_written(cases, name):
    with pytest.raises(LookupError):
        row_update(cases[0], [name])


def test_a_row_of_another_agency_is_not_written(cases):
    with national_context(), pytest.raises(ForeignInstance):
        row_update(cases[0], ["place"])
