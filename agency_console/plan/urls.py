"""Addresses of plan, seats and invoices."""

from django.urls import URLPattern

app_name = "plan"

urlpatterns: list[URLPattern] = []
