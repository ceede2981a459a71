"""What people sign in with, and what a citizen wrote to oversight, is in no bundle."""

import csv
import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from shared.accounts.models import User
from shared.jobs.enums import JobState
from shared.mail.models import Mail
from tenants.agency_export.services.table_copy import COLUMNS_LEFT_OUT
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Review
from tests.support.reviewed import REASON
from tests.tenants.agency_export.estate import CODE, restore_asked, worked
from tests.tenants.agency_export.malicious_exports import part, parts_of, true_tables, with_manifest
from tests.tenants.agency_export.test_refused import changed
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

# A column whose name says that it may hold what opens something.
OPENING = ("password", "secret", "seed", "token", "otp", "recovery", "credential", "code_hash")
HASH = "pbkdf2_sha256$1000$c2FsdA$YSBoYXNo"
# They say where a number or a word belongs and open nothing.
HARMLESS: set[str] = set()


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def with_columns(content, **values):
    """The same table with more columns; none of its texts has a second line."""
    head, *lines = content.decode().splitlines()
    added = [f"{line},{','.join(values.values())}" for line in lines]
    return "\n".join([f"{head},{','.join(values)}", *added, ""]).encode()


def older(opened_export, folder):
    """The bundle as code before this has written it: with hashes, second factors and reasons."""
    parts = []
    for info, content in parts_of(opened_export):
        added = {
            "tables/accounts_user.csv": {"password": HASH},
            "public/tenants_review.csv": {
                "reason": f'"{REASON}"',
                "user_id": "7",
                "label": "Analyst",
            },
        }.get(info.name, {})
        parts.append(part(info.name, with_columns(content, **added) if added else content))
    return changed(
        opened_export, folder, with_manifest(true_tables(parts), lambda m: m.update(version=1))
    )


def test_nobody_can_sign_in_with_what_is_in_it(opened_export):
    content = b"".join(content for _info, content in parts_of(opened_export))

    assert User.objects.filter(password__startswith="!").count() == 0
    assert b"pbkdf2" not in content
    assert b"argon2" not in content
    assert b"JBSWY3DP" not in content


def test_a_citizens_words_to_oversight_are_not_in_it(opened_export):
    parts = {info.name: content for info, content in parts_of(opened_export)}
    reviews = rows_of(parts["public/tenants_review.csv"])

    assert len(reviews) == 1
    assert not {"reason", "user_id", "label"} & set(reviews[0])
    assert not any(REASON.encode() in content for content in parts.values())


def test_no_column_that_sounds_like_a_secret_travels(opened_export):
    named = {
        f"{info.name}:{column}"
        for info, content in parts_of(opened_export)
        if info.name.endswith(".csv")
        for column in content.split(b"\n", 1)[0].decode().split(",")
        if any(word in column for word in OPENING)
    }

    assert named - HARMLESS == set()


def test_what_is_left_out_has_a_stand_in_where_it_is_restored(opened_export):
    done = worked(restore_asked(opened_export))

    assert (done.state, done.fault_text) == (JobState.DONE, "")
    with agency_context(Agency.objects.get(code=CODE)):
        assert set(User.objects.values_list("password", flat=True)) == {"!"}
        assert not any(one.has_usable_password() for one in User.objects.all())
    review = Review.objects.get(schema_name=f"a_{CODE}")
    assert (review.reason, review.label, review.user_id) == ("", "", None)


def test_an_older_bundle_is_restored_without_what_opens_accounts(opened_export, tmp_path):
    done = worked(restore_asked(opened_export, path=older(opened_export, tmp_path)))

    assert (done.state, done.fault_text) == (JobState.DONE, "")
    with agency_context(Agency.objects.get(code=CODE)):
        assert set(User.objects.values_list("password", flat=True)) == {"!"}
    assert Review.objects.get(schema_name=f"a_{CODE}").reason == ""


def test_the_staff_is_invited_by_one_command(opened_export):
    worked(restore_asked(opened_export))
    out = io.StringIO()

    in_thread(lambda: call_command("invite_staff", CODE, stdout=out))

    with agency_context(Agency.objects.get(code=CODE)):
        people = User.objects.filter(is_active=True)
        invited = Mail.objects.filter(letter="colleague", sent_at=None)
        assert set(invited.values_list("to", flat=True)) == {one.email for one in people}
        assert out.getvalue() == f"{people.count()} people of {CODE} are invited.\n"


def test_who_has_a_password_is_not_invited(roads):
    with agency_context(roads):
        kept = User.objects.count()

    call_command("invite_staff", roads.code, stdout=io.StringIO())

    with agency_context(roads):
        assert (Mail.objects.filter(letter="colleague").count(), kept) == (0, kept)


def test_an_unknown_workspace_is_said_in_a_line(db):
    with pytest.raises(CommandError, match="agency_not_found"):
        call_command("invite_staff", "nowhere")


def test_every_column_that_stays_is_one_of_its_table(db):
    tables = {model._meta.db_table: model for model in apps.get_models()}
    for table, stays in COLUMNS_LEFT_OUT.items():
        columns = {field.column for field in tables[table]._meta.concrete_fields}
        assert set(stays) <= columns
