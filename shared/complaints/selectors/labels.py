"""Labels of an agency, and the number of open cases with each label."""

from collections import Counter

from django.db.models import Func, IntegerField, QuerySet

from shared.complaints.enums import OPEN
from shared.complaints.models import Complaint, Label
from shared.complaints.selectors.holders import scope_condition
from shared.complaints.selectors.merged_cases import not_merged
from shared.complaints.types.labels import LabelCount, LabelInfo
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import SETTINGS
from shared.rows.kept_values import kept_until
from shared.units.types import UnitScope


def label_list() -> list[LabelInfo]:
    """Return every label of this agency, active labels first, sorted by name."""
    return list(_label_infos())


@kept_until(SETTINGS)
def _label_infos() -> tuple[LabelInfo, ...]:
    rows = _labels()
    return tuple(LabelInfo(id=row.pk, name=row.name, is_active=row.is_active) for row in rows)


@compiled_query()
def _labels() -> QuerySet[Label]:
    return Label.objects.order_by("-is_active", "name", "pk")


def label_counts(*, scope: UnitScope, user_id: int) -> list[LabelCount]:
    """Return every label with the count of its open cases that an officer may open.

    Merged cases are not counted. Two queries.
    """
    unnested = Func("label_ids", function="unnest", output_field=IntegerField())
    seen = Complaint.objects.filter(scope_condition(scope, user_id=user_id))
    rows = seen.filter(not_merged(), status__in=OPEN).exclude(label_ids=[])
    counts = Counter(rows.values_list(unnested, flat=True))
    return [LabelCount(label=one, open_cases=counts[one.id]) for one in label_list()]
