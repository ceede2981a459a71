"""Services that change the unit, the labels and the category of a case."""

from collections.abc import Collection

from django.db import transaction

from shared.catalogue.selectors import category_get
from shared.complaints.enums import EventKind, Status
from shared.complaints.errors import (
    LabelExists,
    LabelNotFound,
    TooManyLabels,
    TransitionNotAllowed,
)
from shared.complaints.models import Complaint, Label
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.merge import require_not_merged, unmerged_lock
from shared.kernel.actors import Actor
from shared.rows.services import written_or_refuse
from shared.units.selectors import unit_get

MAX_LABELS = 20


@transaction.atomic
def case_unit_change(
    *,
    reference: str,
    unit_id: int | None,
    actor: Actor,
    version: int | None = None,
    keeps_officer: bool = False,
) -> Complaint:
    """Reassign an open case to another unit or to the agency as a whole; the case loses its
    officer.

    ``keeps_officer``: the officer keeps the case, because the unit is retired. Raises
    ``TransitionNotAllowed``, ``CaseMerged``, ``UnitNotFound`` or ``StaleCase``.
    """
    complaint = case_lock(reference=reference, version=version)
    if not keeps_officer:
        require_not_merged(complaint)
    if not complaint.is_open or complaint.unit_id == unit_id:
        raise TransitionNotAllowed(reference)
    complaint.unit_id = unit_get(unit_id=unit_id).id if unit_id is not None else None
    if not keeps_officer:
        complaint.assignee = complaint.stands_in_for = None
    event_record(complaint, EventKind.UNIT_CHANGED, actor)
    return complaint


@transaction.atomic
def case_label(
    *,
    reference: str,
    actor: Actor,
    add: Collection[int] = (),
    remove: Collection[int] = (),
) -> Complaint:
    """Add labels to a case and remove labels from it; record an event only if the labels change.

    Raises ``LabelNotFound``, ``TooManyLabels`` or ``TransitionNotAllowed``.
    """
    complaint = case_lock(reference=reference)
    if complaint.status == Status.TRANSFERRED:
        raise TransitionNotAllowed(reference)
    if Label.objects.filter(pk__in=add, is_active=True).count() != len(set(add)):
        raise LabelNotFound(reference)
    kept = [one for one in complaint.label_ids if one not in remove]
    labels = [*kept, *(one for one in dict.fromkeys(add) if one not in kept)]
    if len(labels) > max(MAX_LABELS, len(complaint.label_ids)):
        raise TooManyLabels(reference)
    if labels != complaint.label_ids:
        complaint.label_ids = labels
        event_record(complaint, EventKind.LABELLED, actor)
    return complaint


@transaction.atomic
def case_category_change(
    *, reference: str, category_code: str, actor: Actor, version: int | None = None
) -> None:
    """Correct the category of an open case.

    Raises ``TransitionNotAllowed``, ``CaseMerged``, ``CategoryNotFound`` or ``StaleCase``.
    """
    complaint = unmerged_lock(reference=reference, version=version)
    if not complaint.is_open or complaint.category_code == category_code:
        raise TransitionNotAllowed(reference)
    complaint.category_code = category_get(code=category_code).code
    event_record(complaint, EventKind.CATEGORY_CHANGED, actor)


def label_create(*, name: str) -> Label:
    """Create a label, or put a retired label in use again. Raises ``LabelExists``."""
    former = Label.objects.filter(name__iexact=name).first()
    if former is not None and former.is_active:
        raise LabelExists(name)
    if former is not None:
        former.is_active = True
        former.save(update_fields=["is_active"])
        return former
    with written_or_refuse(LabelExists(name)):
        return Label.objects.create(name=name)


def label_rename(*, label_id: int, name: str) -> None:
    """Rename a label on all its cases. Raises ``LabelNotFound`` or ``LabelExists``."""
    with written_or_refuse(LabelExists(name)):
        if not Label.objects.filter(pk=label_id).update(name=name):
            raise LabelNotFound(str(label_id))


def label_retire(*, label_id: int) -> None:
    """Retire a label; its cases keep the label. Raises ``LabelNotFound``."""
    if not Label.objects.filter(pk=label_id).update(is_active=False):
        raise LabelNotFound(str(label_id))
