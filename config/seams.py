"""The one place where a higher package is named to a lower one."""

from config.schedule import SCHEDULE
from shared.kernel.seams import JobPaths, Seam, Seams

SEAMS = Seams(
    # What web and worker make sure of before they serve anybody.
    start_check=Seam("tenants.isolation.checks.start_check"),
    # The same for the job runner, which needs what the others must not have.
    operator_check=Seam("tenants.isolation.checks.operator_check"),
    # The schema of a task.
    enter_schema=Seam("tenants.isolation.schema_switch.schema_entered"),
    enter_public=Seam("tenants.isolation.schema_switch.national_context"),
    # The schemas whose tasks wait, for their database server does not answer.
    unreachable_schemas=Seam("tenants.isolation.cluster.unreachable_schemas"),
    # Who gets a mail whose row does not say so, and the links that work once.
    mail_resolver=Seam("tenants.case_access.services.mail_recipients.mail_resolve"),
    # Which of these cases have a person with an e-mail address, wherever it is kept.
    cases_with_email=Seam("tenants.case_access.services.routes.references_with_email"),
    # What writes down how many mails of a schema wait and have failed.
    mail_failure_counter=Seam("tenants.fleet.services.health.usage.mail_counts_record"),
    # The roles that have no way into the console of the schema that is entered.
    roles_displaced=Seam("tenants.fleet.services.lifecycle.selectors.roles_displaced"),
    # What becomes of the cases of staff who cannot sign in any more.
    accounts_closed=Seam("shared.complaints.services.accounts_closed"),
    # How many requests wait for an agency's database server, for oversight and monitoring.
    held_requests=Seam("public_portal.intake.selectors.drafts.held_summary"),
    # Which agencies have handed these cases over, by the national record of moves.
    case_departures=Seam("tenants.custody.selectors.departures_of"),
    own_parts=Seam("tenants.custody.selectors.own_parts"),
    # Where the files of the entered agency lie that belong to no case.
    agency_files=Seam("agency_console.bulk_actions.selectors.export_places"),
    # What of an officer's texts leaves in a few seconds or could not be sent, for their pages.
    held_texts=Seam("agency_console.casework.selectors.drafts.held_texts"),
    # How many texts wait for an officer's approval, for the inbox and the dashboard.
    approvals_count=Seam("agency_console.casework.selectors.drafts.approvals_count"),
    # What sends such a text, and what becomes of one whose task was lost or whose case has ended.
    draft_task=Seam("agency_console.casework.services.dispatch.send_draft"),
    drafts_maintain=Seam("agency_console.casework.services.maintenance.case_drafts_maintain"),
    # What deletes the drafts of a case that goes to another agency.
    drafts_delete=Seam("agency_console.casework.services.maintenance.case_drafts_delete"),
    # What ends the offer of a case that needs no other agency any more.
    offer_ended=Seam("tenants.custody.services.offers.offer_end"),
    # Who held a case, and what was said in it, by the record that no agency may change.
    custody_record=Seam("tenants.custody.selectors.custody_record"),
    said_digest=Seam("tenants.custody.selectors.said_record_digest"),
    # What refuses to merge two requests that nobody may know to be of one person.
    same_person_require=Seam("tenants.case_access.services.same_person.same_person_require"),
    # What the job runner does.
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
