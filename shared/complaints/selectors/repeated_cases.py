"""Which requests a text reaches that is repeated in the cases merged into its own."""

from django.db.models import Q

from shared.complaints.enums import OPEN
from shared.complaints.models import Complaint


def cases_repeated(complaint: Complaint) -> list[Complaint]:
    """A case and the open cases that are merged into it, oldest first; one query."""
    merged = Q(merged_into=complaint.pk, status__in=OPEN)
    rows = Complaint.objects.filter(Q(pk=complaint.pk) | merged)
    return list(rows.select_related("party").order_by("pk"))
