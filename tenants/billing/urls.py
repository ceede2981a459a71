"""The URL at which the webhook of Stripe is received."""

from django.urls import path

from tenants.billing import views

app_name = "billing"

urlpatterns = [
    path("webhook/", views.take_event, name="take-event"),
]
