"""Addresses of the list of staff."""

from django.urls import path

from agency_console.staff import views

app_name = "staff"

urlpatterns = [
    path("", views.list_staff, name="list-staff"),
    path("add/", views.add_staff, name="add-staff"),
    path("<int:user_id>/", views.change_staff, name="change-staff"),
    path("<int:user_id>/close/", views.close_account, name="close-account"),
]
