"""Questions about labels."""

from collections import Counter

from django.db.models import Func, IntegerField

from shared.complaints.enums import OPEN
from shared.complaints.models import Complaint, Label
from shared.complaints.types.labels import LabelCount, LabelInfo


def label_list() -> list[LabelInfo]:
    """Every label of this agency, those in use first, by name."""
    rows = Label.objects.order_by("-is_active", "name", "pk")
    return [LabelInfo(id=row.pk, name=row.name, is_active=row.is_active) for row in rows]


def label_counts() -> list[LabelCount]:
    """Every label with the number of open cases that have it; two queries."""
    unnested = Func("label_ids", function="unnest", output_field=IntegerField())
    rows = Complaint.objects.filter(status__in=OPEN).exclude(label_ids=[])
    counts = Counter(rows.values_list(unnested, flat=True))
    return [LabelCount(label=one, open_cases=counts[one.id]) for one in label_list()]
