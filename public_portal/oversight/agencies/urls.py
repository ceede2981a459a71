"""URL patterns of workspaces, bills, Stripe events and jobs, on oversight's host."""

from django.urls import path

from public_portal.oversight.agencies.views import (
    billing,
    bulk,
    exports,
    jobs,
    page_costs,
    workspaces,
)

app_name = "agencies"

urlpatterns = [
    path("agencies/", workspaces.list_agencies, name="list-agencies"),
    path("agencies.csv", workspaces.download_agencies, name="download-agencies"),
    path("agencies/<slug:code>/bundle/", exports.export_agency, name="export-agency"),
    path("agencies/<slug:code>/bundle/answer/", exports.answer_export, name="answer-export"),
    path(
        "agencies/<slug:code>/bundle/<uuid:job_id>/file/",
        exports.take_export,
        name="take-bundle",
    ),
    path("agencies/<slug:code>/hosts/", workspaces.change_host, name="change-host"),
    path("agencies/<slug:code>/workspace/", workspaces.show_workspace, name="show-workspace"),
    path(
        "agencies/<slug:code>/workspace/<slug:slug>/",
        workspaces.change_workspace,
        name="change-workspace",
    ),
    path("agencies/<slug:code>/billing/", billing.show_bill, name="show-bill"),
    path("agencies/<slug:code>/billing/plan/", billing.assign_plan, name="assign-plan"),
    path("agencies/<slug:code>/billing/end/", billing.end_subscription, name="end-subscription"),
    path("agencies/<slug:code>/billing/read/", billing.read_bill, name="read-bill"),
    path(
        "agencies/<slug:code>/billing/<slug:invoice_id>/refund/",
        billing.refund_invoice,
        name="refund-invoice",
    ),
    path(
        "agencies/<slug:code>/billing/<slug:invoice_id>/settle/",
        billing.settle_invoice,
        name="settle-invoice",
    ),
    path("billing/events/", billing.list_events, name="list-events"),
    path("billing/events/<slug:event_id>/replay/", billing.replay_event, name="replay-event"),
    path("jobs/", jobs.list_jobs, name="list-jobs"),
    path("jobs/<uuid:job_id>/", jobs.show_job, name="show-job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel_job, name="cancel-job"),
    path("jobs/<uuid:job_id>/refused.csv", jobs.download_refused, name="download-refused"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry_job, name="retry-job"),
    path("page-costs/", page_costs.list_page_costs, name="list-page-costs"),
    path("workspaces/bulk/", bulk.check_list, name="check-list"),
    path("workspaces/bulk/faults.csv", bulk.download_faults, name="download-faults"),
    path("workspaces/bulk/start/", bulk.start_list, name="start-list"),
    path("workspaces/bulk/template.csv", bulk.download_template, name="download-template"),
    path("workspaces/restore/", exports.list_restores, name="list-restores"),
]
