"""Addresses of the taking out of all data."""

from django.urls import URLPattern

app_name = "leaving"

urlpatterns: list[URLPattern] = []
