"""The table of what moves and what stays names every column that could hold something."""

from django.apps import apps

from shared.complaints.models import Complaint, Party
from shared.complaints.models.custody import CASE_COLUMNS, PARTY_COLUMNS, TABLES


def columns(model):
    return {field.name for field in model._meta.concrete_fields}


def test_every_column_of_a_case_and_of_its_person_has_its_rule():
    assert set(CASE_COLUMNS) == columns(Complaint)
    assert set(PARTY_COLUMNS) == columns(Party)


def test_every_table_about_a_case_has_its_rule():
    about = {
        model
        for model in apps.get_app_config("complaints").get_models()
        if any(field.related_model is Complaint for field in model._meta.concrete_fields)
    }
    assert about | {Complaint} == set(TABLES)


def test_no_other_app_keeps_rows_about_a_case_that_would_stay_behind():
    # Drafts are deleted by the seam ``drafts_delete``; another table must be thought of here.
    elsewhere = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label != "complaints"
        and any(field.related_model is Complaint for field in model._meta.concrete_fields)
    }
    assert elsewhere == {"casework_casedraft"}
