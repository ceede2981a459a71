"""Addresses of the routing rules and of their dry run."""

from django.urls import path

from agency_console.routing import views

app_name = "routing"

urlpatterns = [
    path("", views.list_rules, name="list-rules"),
    path("add/", views.add_rule, name="add-rule"),
    path("try/", views.try_rules, name="try-rules"),
    path("<uuid:rule_id>/", views.change_rule, name="change-rule"),
    path("<uuid:rule_id>/move/", views.move_rule, name="move-rule"),
    path("<uuid:rule_id>/activate/", views.activate_rule, name="activate-rule"),
    path("<uuid:rule_id>/delete/", views.delete_rule, name="delete-rule"),
]
