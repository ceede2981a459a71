"""Addresses of the reply templates."""

from django.urls import path

from agency_console.reply_templates import views

app_name = "reply_templates"

urlpatterns = [
    path("", views.list_templates, name="list-templates"),
    path("examples/", views.add_examples, name="add-examples"),
    path("add/<slug:act>/", views.add_template, name="add-template"),
    path("<int:template_id>/", views.show_template, name="show-template"),
    path("<int:template_id>/change/", views.change_template, name="change-template"),
    path("<int:template_id>/retire/", views.retire_template, name="retire-template"),
]
