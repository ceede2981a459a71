"""Addresses of the agencies' life, on oversight's host, and one question on the citizens' site."""

from django.urls import URLPattern, path

from public_portal.agencies.views import hosts

app_name = "agencies"

urlpatterns: list[URLPattern] = []

# On the citizens' site, without a language and without a namespace.
host_patterns = [path("hosts/known/", hosts.host_known, name="host-known")]
