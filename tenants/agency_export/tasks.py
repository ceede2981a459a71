"""Scheduled task for exports."""

from shared.jobs.services.schema_tasks import schema_task
from tenants.agency_export.services.work_folders import exports_prune


@schema_task()
def forget_bundles() -> int:
    """Delete the folders of exports that ended seven days ago; return how many folders."""
    return exports_prune()
