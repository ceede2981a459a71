"""Constraints on words refuse other words, and PostgreSQL stores their list as one array."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint, ComplaintEvent
from shared.rows.value_bounds import word_among
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("word", ["", "spoken", "signed"])
def test_each_word_of_the_list_is_stored(in_roads, word):
    rows = Complaint.objects.filter(reference=filed(in_roads).reference)

    rows.update(consent=word)

    assert rows.get().consent == word


@pytest.mark.parametrize(
    ("column", "word", "constraint"),
    [
        ("consent", "shouted", "complaint_values"),
        ("consent", "sign", "complaint_values"),
        ("consent", "signed,", "complaint_values"),
        ("outcome", "Upheld", "complaint_values"),
        ("status", "", "complaint_status"),
        ("channel", "phones", "complaint_values"),
    ],
)
def test_another_word_is_refused(in_roads, column, word, constraint):
    rows = Complaint.objects.filter(reference=filed(in_roads).reference)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**{column: word})


def test_the_list_is_checked_before_a_row_is_written(in_roads):
    case = Complaint.objects.get(reference=filed(in_roads).reference)
    words = CheckConstraint(condition=word_among("kind", ["complaint"]), name="kind_known")
    words.validate(Complaint, case)
    case.kind = "proposal"

    with pytest.raises(ValidationError):
        words.validate(Complaint, case)


def test_the_words_are_stored_as_one_array(in_roads):
    """Word by word, the kinds of events would be sixteen kilobytes that each filing parses."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'event_kind' AND conrelid = %s::regclass",
            [ComplaintEvent._meta.db_table],
        )
        ((definition,),) = cursor.fetchall()

    array = ",".join(EventKind.values)
    assert definition == f"CHECK (((kind)::text = ANY ('{{{array}}}'::text[])))"


@pytest.mark.parametrize("word", ["it's", "a,b", "{}", "null", "NULL", "two words", "%s"])
def test_a_word_that_needs_quotes_is_refused(word):
    with pytest.raises(ValueError, match="quotes"):
        word_among("kind", ["complaint", word])
