"""One of many cases: locked before it is looked at and changed."""

from shared.complaints.errors import ComplaintNotFound
from shared.complaints.models import Complaint
from shared.complaints.services.history import case_lock
from shared.rows.selectors import found_or_refuse


def case_hold(*, case_id: int) -> Complaint:
    """The case with this number, locked until the transaction ends.

    What is checked of it is still true when a service changes it. Raises ``ComplaintNotFound``.
    """
    found = Complaint.objects.filter(pk=case_id).values_list("reference", flat=True).first()
    reference = found_or_refuse(found, ComplaintNotFound(str(case_id)))
    # With those that are answered with it: whoever locks several does it at once, in their order.
    return case_lock(reference=reference, is_together=True)
