"""The functions of higher packages that lower packages call; no other module names them."""

from config.schedule import SCHEDULE
from shared.kernel.seams import JobPaths, Seam, Seams

SEAMS = Seams(
    # The check that web processes and workers run before they serve requests.
    start_check=Seam("tenants.isolation.checks.start_check"),
    # The check of the job runner, which needs database rights that web and worker must not have.
    operator_check=Seam("tenants.isolation.checks.operator_check"),
    # The context managers that enter the schema of a task.
    enter_schema=Seam("tenants.isolation.schema_switch.schema_entered"),
    enter_public=Seam("tenants.isolation.schema_switch.national_context"),
    # The schemas whose tasks wait because their database server does not answer.
    unreachable_schemas=Seam("tenants.isolation.cluster.unreachable_schemas"),
    # The function that finds the recipient and the one-time links of an e-mail without recipient.
    mail_resolver=Seam("tenants.case_access.services.mail_recipients.mail_resolve"),
    # The function that returns which of the given references have a person with an e-mail address.
    cases_with_email=Seam("tenants.case_access.services.routes.references_with_email"),
    # The function that records how many e-mails of a schema wait and how many have failed.
    mail_failure_counter=Seam("tenants.fleet.services.health.usage.mail_counts_record"),
    # The roles that may not use the console of the entered schema.
    roles_displaced=Seam("tenants.fleet.services.lifecycle.selectors.roles_displaced"),
    # The function that unassigns the open cases of staff who can no longer sign in.
    accounts_closed=Seam("shared.complaints.services.accounts_closed"),
    # The number of requests that wait for an agency's database server, for monitoring.
    held_requests=Seam("public_portal.intake.selectors.drafts.held_summary"),
    # The agencies that have transferred the given cases, by the national record of custody.
    case_departures=Seam("tenants.custody.selectors.departures_of"),
    own_parts=Seam("tenants.custody.selectors.own_parts"),
    # The storage names of the entered agency's files that belong to no case.
    agency_files=Seam("agency_console.bulk_actions.selectors.export_places"),
    # An officer's texts that are about to be sent or could not be sent, for the officer's pages.
    held_texts=Seam("agency_console.casework.selectors.drafts.held_texts"),
    # The number of texts that wait for an officer's approval, for the inbox and the dashboard.
    approvals_count=Seam("agency_console.casework.selectors.drafts.approvals_count"),
    # The task that sends a draft, and the function that repairs drafts whose task was lost.
    draft_task=Seam("agency_console.casework.services.dispatch.send_draft"),
    drafts_maintain=Seam("agency_console.casework.services.maintenance.case_drafts_maintain"),
    # The function that deletes the drafts of a case that is transferred to another agency.
    drafts_delete=Seam("agency_console.casework.services.maintenance.case_drafts_delete"),
    # The function that ends an open offer of a case when no other agency is needed any more.
    offer_ended=Seam("tenants.custody.services.offers.offer_end"),
    # The agencies that held a case by the national record, and the digest of a text there.
    custody_record=Seam("tenants.custody.selectors.custody_record"),
    said_digest=Seam("tenants.custody.selectors.said_record_digest"),
    # The check that refuses to merge two requests that are not proved to be of the same person.
    same_person_require=Seam("tenants.case_access.services.same_person.same_person_require"),
    # The jobs of the job runner.
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
