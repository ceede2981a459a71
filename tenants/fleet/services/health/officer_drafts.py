"""The maintenance of officers' drafts that should already be sent or that nobody can send."""

from shared.jobs.services.task_queue import tasks_unfinished
from shared.kernel.seams import imported, seams
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency


def officer_drafts_maintain(*, agency: Agency) -> int:
    """Queue an agency's lost drafts, delete drafts of ended cases; return the count of drafts."""
    # The queue is read before the change of schema, because an agency's role may not read all of
    # the queue.
    waiting = tasks_unfinished(
        task=imported(seams().draft_task), schema_name=agency.schema_name
    ).values_list("args_kwargs__kwargs__draft_id", flat=True)
    queued = {str(draft_id) for draft_id in waiting}
    with agency_context(agency):
        return imported(seams().drafts_maintain)(queued=queued)
