"""Addresses of the agencies' life, on oversight's host."""

from django.urls import path

from public_portal.oversight.agencies.views import bulk, bundles, fleet, life, money, work

app_name = "agencies"

urlpatterns = [
    path("agencies/", fleet.list_agencies, name="list-agencies"),
    path("agencies.csv", fleet.download_agencies, name="download-agencies"),
    path("agencies/<slug:code>/bundle/", bundles.export_agency, name="export-agency"),
    path("agencies/<slug:code>/bundle/answer/", bundles.answer_export, name="answer-export"),
    path(
        "agencies/<slug:code>/bundle/<uuid:job_id>/file/",
        bundles.take_bundle,
        name="take-bundle",
    ),
    path("agencies/<slug:code>/hosts/", life.change_host, name="change-host"),
    path("agencies/<slug:code>/workspace/", life.show_workspace, name="show-workspace"),
    path(
        "agencies/<slug:code>/workspace/<slug:slug>/",
        life.change_workspace,
        name="change-workspace",
    ),
    path("agencies/<slug:code>/billing/", money.show_bill, name="show-bill"),
    path("agencies/<slug:code>/billing/plan/", money.assign_plan, name="assign-plan"),
    path("agencies/<slug:code>/billing/end/", money.end_subscription, name="end-subscription"),
    path("agencies/<slug:code>/billing/read/", money.read_bill, name="read-bill"),
    path(
        "agencies/<slug:code>/billing/<slug:invoice_id>/refund/",
        money.refund_invoice,
        name="refund-invoice",
    ),
    path(
        "agencies/<slug:code>/billing/<slug:invoice_id>/settle/",
        money.settle_invoice,
        name="settle-invoice",
    ),
    path("billing/events/", money.list_events, name="list-events"),
    path("billing/events/<slug:event_id>/replay/", money.replay_event, name="replay-event"),
    path("jobs/", work.list_jobs, name="list-jobs"),
    path("jobs/<uuid:job_id>/", work.show_job, name="show-job"),
    path("jobs/<uuid:job_id>/cancel/", work.cancel_job, name="cancel-job"),
    path("jobs/<uuid:job_id>/retry/", work.retry_job, name="retry-job"),
    path("workspaces/bulk/", bulk.check_list, name="check-list"),
    path("workspaces/bulk/faults.csv", bulk.download_faults, name="download-faults"),
    path("workspaces/bulk/start/", bulk.start_list, name="start-list"),
    path("workspaces/bulk/template.csv", bulk.download_template, name="download-template"),
    path("workspaces/restore/", bundles.list_restores, name="list-restores"),
]
