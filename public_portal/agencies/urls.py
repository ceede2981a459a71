"""Addresses of the agencies' life, on oversight's host."""

from django.urls import URLPattern

app_name = "agencies"

urlpatterns: list[URLPattern] = []
