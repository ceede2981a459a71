"""The schedule of periodic tasks: each task's dotted path with its period in seconds."""

SCHEDULE = {
    "tenants.fleet.tasks.collect_register": 2,
    "tenants.fleet.tasks.keep_all_cases": 3600,
    "tenants.fleet.tasks.keep_letters": 3600,
    "tenants.fleet.tasks.keep_files": 3600,
    "tenants.case_access.tasks.prune": 3600,
    "tenants.custody.tasks.lapse_offers": 3600,
    "tenants.custody.tasks.tell_of_offers": 3600,
    "tenants.custody.tasks.complete_moves": 60,
    "tenants.fleet.tasks.compare_zones": 3600,
    "tenants.fleet.tasks.try_leaks": 6 * 3600,
    "tenants.agency_export.tasks.forget_bundles": 3600,
    "public_portal.intake.tasks.forget_drafts": 3600,
    "public_portal.intake.tasks.sweep_files": 3600,
    "public_portal.intake.tasks.file_held_requests": 60,
    "shared.limits.tasks.forget_attempts": 3600,
    "public_portal.account.tasks.forget_letters": 3600,
    "tenants.billing.tasks.reconcile": 24 * 3600,
    "public_portal.workspace_requests.tasks.forget_requests": 24 * 3600,
}
