"""The address of the webhook of Stripe."""

from django.urls import path

from tenants.billing import views

app_name = "billing"

urlpatterns = [
    path("webhook/", views.take_event, name="take-event"),
]
