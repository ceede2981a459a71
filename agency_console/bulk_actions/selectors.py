"""Questions about actions on many cases."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Func, IntegerField

from agency_console.bulk_actions.enums import UNDOABLE, BulkActionKind, BulkState
from agency_console.bulk_actions.errors import BulkActionNotFound
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.permissions import BulkRights
from agency_console.bulk_actions.types import BulkSummary
from shared.accounts.models import User
from shared.accounts.selectors import user_get
from shared.complaints.enums import Language
from shared.complaints.selectors import case_languages
from shared.kernel import clock
from shared.rows.selectors import first_or_refuse
from shared.units.selectors import unit_scope
from shared.units.types import WHOLE_AGENCY
from tenants.models import Agency

FILE_LIFE = timedelta(days=1)
MAX_LISTED = 50


def action_get(*, action_id: UUID, officer: User) -> BulkAction:
    """An action of this officer. Raises ``BulkActionNotFound``, for those of others too."""
    rows = BulkAction.objects.filter(pk=action_id, officer=officer)
    return first_or_refuse(rows, BulkActionNotFound(str(action_id)))


def languages_of(case_ids: Sequence[int]) -> list[Language]:
    """The languages of these cases; one query."""
    found = case_languages(case_ids)
    return [language for language in Language if language in found]


def actions_of(*, officer: User) -> list[BulkSummary]:
    """The latest actions of an officer that were confirmed, latest first; one query."""
    # Without their lists, which may be long.
    rows = (
        BulkAction.objects.filter(officer=officer)
        .exclude(state=BulkState.PREPARED)
        .annotate(
            count=Func("case_ids", function="cardinality", output_field=IntegerField()),
            left=Func("skipped", function="jsonb_array_length", output_field=IntegerField()),
        )
        .order_by("-created_at", "pk")
    )
    return [
        BulkSummary(
            id=pk,
            kind=BulkActionKind(kind),
            state=BulkState(state),
            count=count,
            done=done,
            skipped=left,
            created_at=created_at,
        )
        for pk, kind, state, count, done, left, created_at in rows.values_list(
            "pk", "kind", "state", "count", "done", "left", "created_at"
        )[:MAX_LISTED]
    ]


def action_undoing(action: BulkAction) -> UUID | None:
    """The action that took this one back."""
    rows = BulkAction.objects.filter(officer=action.officer_id, kind=BulkActionKind.UNDO)
    return rows.filter(arguments__action=str(action.pk)).values_list("pk", flat=True).first()


def may_undo(action: BulkAction) -> bool:
    """Whether anything that the action changed can be taken back."""
    return (
        action.kind in UNDOABLE
        and bool(action.undo)
        and action.state in (BulkState.DONE, BulkState.CANCELLED)
    )


def is_expired(action: BulkAction) -> bool:
    """Whether the file of a list is due to be deleted."""
    return action.ended_at is not None and clock.now() - action.ended_at > FILE_LIFE


def export_places() -> list[str]:
    """Where the files of this agency's lists lie.

    For the destruction of an agency. The sweeping of files that no case names does not ask for
    them: they live for a day, and it takes what is a week old.
    """
    return list(BulkAction.objects.exclude(path="").values_list("path", flat=True))


def rights_of(action: BulkAction, *, officer: User, agency: Agency) -> BulkRights:
    """What the action and its officer may do now; five queries at most."""
    target = WHOLE_AGENCY
    if action.kind == BulkActionKind.ASSIGN and action.arguments:
        target = unit_scope(user=user_get(user_id=action.arguments["officer"]))
    return BulkRights(
        target=target,
        kind=BulkActionKind(action.kind),
        arguments=action.arguments,
        officer=officer,
        scope=unit_scope(user=officer),
        needs_approval=agency.needs_approval,
        confirmed_at=action.confirmed_at,
    )
