"""The functions of higher packages that lower packages call."""

from config.schedule import SCHEDULE
from shared.kernel.seams import JobPaths, Seam, Seams

SEAMS = Seams(
    # The check that web processes and workers run before their first request or task.
    start_check=Seam("tenants.isolation.checks.start_check"),
    # The check that the job runner runs before it does jobs.
    operator_check=Seam("tenants.isolation.checks.operator_check"),
    # The context managers that run a block in a task's schema and in the public schema.
    enter_schema=Seam("tenants.isolation.schema_switch.schema_entered"),
    enter_public=Seam("tenants.isolation.schema_switch.national_context"),
    # The function that returns the schemas whose node of the cluster does not answer.
    unreachable_schemas=Seam("tenants.isolation.cluster.unreachable_schemas"),
    # The function that finds the address and the one-time links for an e-mail about a case.
    mail_resolver=Seam("tenants.case_access.services.mail_recipients.mail_resolve"),
    # The function that returns which of the given requests have an e-mail address.
    cases_with_email=Seam("tenants.case_access.services.routes.references_with_email"),
    # The function that stores the counts of waiting and failed e-mails of a schema.
    mail_failure_counter=Seam("tenants.fleet.services.health.usage.mail_counts_record"),
    # The function that returns the roles that may not open cases of the active agency.
    roles_displaced=Seam("tenants.fleet.services.lifecycle.selectors.roles_displaced"),
    # The function that removes the officer from the open cases of deactivated accounts.
    accounts_closed=Seam("shared.complaints.services.accounts_closed"),
    # The function that counts held requests, which wait for an agency that does not answer.
    held_requests=Seam("public_portal.intake.selectors.drafts.held_summary"),
    # The functions that return which agencies have transferred cases, or have split off parts.
    case_departures=Seam("tenants.custody.selectors.departures_of"),
    own_parts=Seam("tenants.custody.selectors.own_parts"),
    # The function that returns the paths of the active agency's stored lists of cases.
    agency_files=Seam("agency_console.bulk_actions.selectors.export_places"),
    # The function that returns an officer's texts that are being sent, failed or were returned.
    held_texts=Seam("agency_console.casework.selectors.drafts.held_texts"),
    # The function that counts the decisions that wait for approval and that an officer may see.
    approvals_count=Seam("agency_console.casework.selectors.drafts.approvals_count"),
    # The task that sends a draft, and the function that maintains an agency's drafts.
    draft_task=Seam("agency_console.casework.services.dispatch.send_draft"),
    drafts_maintain=Seam("agency_console.casework.services.maintenance.case_drafts_maintain"),
    # The function that deletes the drafts of a case that is transferred to another agency.
    drafts_delete=Seam("agency_console.casework.services.maintenance.case_drafts_delete"),
    # The function that ends the open offer of a case.
    offer_ended=Seam("tenants.custody.services.offers.offer_end"),
    # The functions that return which agencies had a case, and the digest of a text in a case.
    custody_record=Seam("tenants.custody.selectors.custody_record"),
    said_digest=Seam("tenants.custody.selectors.said_record_digest"),
    # The check that two requests are proved to be of one person, before a merge.
    same_person_require=Seam("tenants.case_access.services.same_person.same_person_require"),
    # A dict of the jobs that the job runner does, keyed by kind.
    jobs={
        "provision": JobPaths(
            do=Seam("tenants.fleet.services.provisioning.job_provision"),
            undo=Seam("tenants.fleet.services.provisioning.job_unprovision"),
            steps=Seam("tenants.models.enums.ProvisioningStep"),
        ),
        "bulk": JobPaths(
            do=Seam("tenants.fleet.services.bulk_creation.job_bulk"),
            undo=Seam("tenants.fleet.services.bulk_creation.job_bulk_undo"),
            steps=Seam("tenants.fleet.enums.BulkStep"),
        ),
        "export": JobPaths(
            do=Seam("tenants.agency_export.services.jobs.job_export"),
            undo=Seam("tenants.agency_export.services.jobs.job_export_undo"),
            steps=Seam("tenants.agency_export.enums.ExportStep"),
        ),
        "restore": JobPaths(
            do=Seam("tenants.agency_export.services.jobs.job_restore"),
            undo=Seam("tenants.agency_export.services.jobs.job_restore_undo"),
            steps=Seam("tenants.agency_export.enums.RestoreStep"),
        ),
        "destroy": JobPaths(
            do=Seam("tenants.fleet.services.lifecycle.destruction.job_destroy"),
            undo=Seam("tenants.fleet.services.lifecycle.destruction.job_destroy_undo"),
            steps=Seam("tenants.fleet.enums.DestroyStep"),
        ),
    },
    schedule=SCHEDULE,
    task_aliases={
        "tenants.tasks.collect_register": "tenants.fleet.tasks.collect_register",
        "tenants.tasks.keep_all_cases": "tenants.fleet.tasks.keep_all_cases",
        "tenants.tasks.keep_cases": "tenants.fleet.tasks.keep_cases",
        "tenants.tasks.keep_letters": "tenants.fleet.tasks.keep_letters",
        "tenants.tasks.try_leaks": "tenants.fleet.tasks.try_leaks",
        "tenants.tasks.prune": "tenants.case_access.tasks.prune",
        "tenants.tasks.forget_bundles": "tenants.agency_export.tasks.forget_bundles",
        "tenants.billing.payments.send_details": "tenants.billing.services.payments.send_details",
        "tenants.billing.events.settle_event": (
            "tenants.billing.services.stripe_webhooks.settle_event"
        ),
        "public_portal.signup.tasks.forget_requests": (
            "public_portal.workspace_requests.tasks.forget_requests"
        ),
    },
)
