"""Where Stripe tells us what has changed."""

from django.urls import URLPattern

app_name = "billing"

urlpatterns: list[URLPattern] = []
