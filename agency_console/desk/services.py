"""An officer files for a person."""

from django.db import transaction

from shared.audit.selectors import audit_entries
from shared.audit.services import audit_record
from shared.complaints.types import ComplaintDraft
from shared.kernel.actors import Actor
from tenants.gateway import complaint_submit
from tenants.types import Receipt

FILED = "case.filed_for_person"


@transaction.atomic
def request_file(*, draft: ComplaintDraft, key: str, actor: Actor) -> Receipt:
    """File a request for who agreed to it, and note who did; two clicks on one page file one.

    Raises what ``tenants.gateway.complaint_submit`` raises.
    """
    # The officer in the key: nobody's guess of a key brings the receipt of somebody else's filing.
    receipt = complaint_submit(
        draft=draft, actor=actor, idempotency_key=f"desk:{actor.user_id}:{key}"
    )
    if not audit_entries(subject=receipt.reference).filter(action=FILED).exists():
        audit_record(actor=actor, action=FILED, subject=receipt.reference)
    return receipt
