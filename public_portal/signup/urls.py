"""Addresses of the request for a workspace: for institutions, and on oversight's host."""

from django.urls import URLPattern

app_name = "signup"

urlpatterns: list[URLPattern] = []

# Under ``/workspaces/`` of oversight's host.
desk_patterns: list[URLPattern] = []
