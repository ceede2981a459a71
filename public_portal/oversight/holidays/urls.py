"""URL patterns of the holidays, on oversight's host."""

from django.urls import path

from public_portal.oversight.holidays import views

app_name = "holidays"

urlpatterns = [
    path("", views.list_holidays, name="list-holidays"),
    path("add/", views.add_holiday, name="add-holiday"),
    path("<slug:key>/confirm/", views.confirm_holiday, name="confirm-holiday"),
    path("<slug:key>/move/", views.move_holiday, name="move-holiday"),
    path("<slug:key>/remove/", views.remove_holiday, name="remove-holiday"),
]
