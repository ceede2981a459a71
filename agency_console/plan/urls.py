"""Addresses of the plan and the invoices."""

from django.urls import path

from agency_console.plan import views

app_name = "plan"

urlpatterns = [
    path("", views.show_plan, name="show-plan"),
    path("next/", views.show_next_invoice, name="show-next-invoice"),
    path("details/", views.change_details, name="change-details"),
    path("subscribe/", views.subscribe, name="subscribe"),
    path("seats/", views.change_seats, name="change-seats"),
    path("ending/", views.change_ending, name="change-ending"),
    path("portal/", views.open_portal, name="open-portal"),
    path("done/", views.come_back, name="come-back"),
]
