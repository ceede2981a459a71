"""The addresses of the django-helpdesk site of bench/helpdesk_site.py."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls"))]
