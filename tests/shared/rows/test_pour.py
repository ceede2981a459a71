"""Many rows are written by one statement, as they would have been by their model."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from shared.register.models import RegisterEventRow
from shared.rows.services import bulk_insert

pytestmark = pytest.mark.django_db

# What a text in JSON could stumble over, and what is empty in two ways.
ODD = 'a "b", c;\n\\. \\N\t=1, é مغرب'
NAMES = (
    "event_id", "agency_code", "reference", "position", "organisation_code", "kind",
    "category_code", "language", "event", "status", "outcome", "at", "resolved", "handling",
)  # fmt: skip


def values(number, **changes):
    given = {
        "event_id": UUID(int=number), "agency_code": "roads", "reference": "1", "position": number,
        "organisation_code": ODD, "kind": "complaint", "category_code": "", "language": "ar",
        "event": "received", "status": "received", "outcome": "",
        "at": datetime(2026, 3, 1, 23, 59, 59, 123456, UTC), "resolved": None, "handling": None,
    } | changes  # fmt: skip
    return tuple(given[name] for name in NAMES)


def stored():
    return list(RegisterEventRow.objects.order_by("position").values_list(*NAMES))


def test_what_is_stored_is_what_was_given():
    rows = [values(1), values(2, resolved=False, handling=5), values(3, resolved=True)]

    assert bulk_insert(RegisterEventRow, NAMES, iter(rows)) == 3

    assert stored() == rows


def test_none_is_none():
    assert bulk_insert(RegisterEventRow, NAMES, []) == 0
    assert stored() == []


def test_a_key_that_is_taken_keeps_all_of_them_out():
    bulk_insert(RegisterEventRow, NAMES, [values(1)])

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk_insert(RegisterEventRow, NAMES, [values(2), values(1)])

    assert stored() == [values(1)]
