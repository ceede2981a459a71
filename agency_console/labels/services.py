"""Services that add, rename and retire labels, each with an entry in the audit log."""

from django.db import transaction

from shared.audit.services import audit_record
from shared.complaints.services import label_create, label_rename, label_retire
from shared.complaints.types.labels import LabelInfo
from shared.kernel.actors import Actor


@transaction.atomic
def label_add(*, name: str, actor: Actor) -> None:
    """Add a label, or put a retired label in use again. Raises ``LabelExists``."""
    label = label_create(name=name)
    audit_record(actor=actor, action="label.created", subject=f"label {label.pk}")


@transaction.atomic
def label_name_change(*, label_id: int, name: str, actor: Actor) -> None:
    """Rename a label. Raises ``LabelNotFound`` or ``LabelExists``."""
    label_rename(label_id=label_id, name=name)
    audit_record(actor=actor, action="label.renamed", subject=f"label {label_id}")


@transaction.atomic
def label_offer(*, label: LabelInfo, is_active: bool, actor: Actor) -> None:
    """Put a retired label in use again, or retire a label that is in use."""
    if is_active:
        label_create(name=label.name)
    else:
        label_retire(label_id=label.id)
    action = "label.restored" if is_active else "label.retired"
    audit_record(actor=actor, action=action, subject=f"label {label.id}")
