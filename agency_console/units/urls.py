"""Addresses of units, absences, and the unit of a case."""

from django.urls import path

from agency_console.units.views import absences, tree

app_name = "units"

urlpatterns = [
    path("", tree.list_units, name="list-units"),
    path("add/", tree.add_unit, name="add-unit"),
    path("absences/", absences.list_absences, name="list-absences"),
    path("absences/add/", absences.choose_absentee, name="choose-absentee"),
    path("absences/add/<int:user_id>/", absences.add_absence, name="add-absence"),
    path("absences/<int:absence_id>/", absences.change_absence, name="change-absence"),
    path("absences/<int:absence_id>/end/", absences.end_absence, name="end-absence"),
    path("cases/<str:reference>/", tree.move_case, name="move-case"),
    path("<int:unit_id>/", tree.change_unit, name="change-unit"),
    path("<int:unit_id>/move/", tree.move_unit, name="move-unit"),
    path("<int:unit_id>/retire/", tree.retire_unit, name="retire-unit"),
    path("<int:unit_id>/members/", tree.change_members, name="change-members"),
]
