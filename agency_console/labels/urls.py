"""Addresses of the labels of an agency."""

from django.urls import path

from agency_console.labels import views

app_name = "labels"

urlpatterns = [
    path("", views.list_labels, name="list-labels"),
    path("<int:label_id>/", views.rename_label, name="rename-label"),
    path("<int:label_id>/retire/", views.retire_label, name="retire-label"),
]
