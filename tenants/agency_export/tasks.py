"""Scheduled task for exports."""

from shared.jobs.services.schema_tasks import schema_task
from tenants.agency_export.services.work_folders import exports_prune


@schema_task()
def forget_bundles() -> int:
    """Delete the folders of exports and restores that ended 7 or more days ago; return how many."""
    return exports_prune()
