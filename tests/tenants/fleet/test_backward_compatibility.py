"""The checker of migrations knows what the former release cannot live with."""

import pytest
from django.db import migrations, models

from tenants.fleet.services.migrator.backward_compatibility import (
    migration_faults,
    unsafe_migrations,
)

TEXT = models.CharField(max_length=5)
NEW_TABLE = migrations.CreateModel("Stamp", [("id", models.BigAutoField(primary_key=True))])


def noop(apps, editor):
    """Nothing."""


def migration(*operations, **attributes):
    made = type("Migration", (migrations.Migration,), {"operations": operations, **attributes})
    return made("0002_x", "mail")


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("Mail", "note", models.CharField(max_length=5, null=True)),
        migrations.AddField("Mail", "note", models.CharField(max_length=5, db_default="")),
        migrations.AddField("Mail", "tags", models.ManyToManyField("mail.Mail")),
        migrations.AddIndex("Mail", models.Index(fields=["to"], name="mail_by_to")),
        migrations.RemoveConstraint("Mail", "any"),
        NEW_TABLE,
        migrations.RunPython(noop, noop),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Mail")]),
    ],
)
def test_what_only_adds_is_let_through(operation):
    assert migration_faults(migration(operation)) == []


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (migrations.RemoveField("Mail", "to"), "still reads"),
        (migrations.DeleteModel("Mail"), "still reads"),
        (migrations.RenameField("Mail", "to", "whom"), "renames"),
        (migrations.RenameModel("Mail", "Letter"), "renames"),
        (migrations.AlterModelTable("Mail", "letters"), "renames"),
        (migrations.AddField("Mail", "note", TEXT), "old code leaves it out"),
        (migrations.AlterField("Mail", "to", TEXT), "still writes"),
        (migrations.AlterUniqueTogether("Mail", {("to",)}), "still write"),
        (
            migrations.AddConstraint(
                "Mail", models.CheckConstraint(condition=~models.Q(to=""), name="mail_to")
            ),
            "still write",
        ),
        (migrations.RunPython(noop), "cannot be taken back"),
        (migrations.RunSQL("SELECT 1"), "cannot be taken back"),
        (
            migrations.SeparateDatabaseAndState(database_operations=[migrations.DeleteModel("M")]),
            "still reads",
        ),
    ],
)
def test_what_old_code_cannot_live_with_is_named(operation, why):
    (fault,) = migration_faults(migration(operation))

    assert why in fault


def test_a_removal_that_says_since_when_it_is_safe_is_let_through():
    removal = migration(migrations.RemoveField("Mail", "to"), contracts="Not read since 0.3.")

    assert migration_faults(removal) == []


def test_data_and_tables_do_not_mix():
    (fault,) = migration_faults(migration(migrations.RunPython(noop, noop), NEW_TABLE))

    assert "make two migrations" in fault


def test_a_migration_outside_of_a_transaction_is_named():
    (fault,) = migration_faults(migration(NEW_TABLE, atomic=False))

    assert "not atomic" in fault


def test_a_first_migration_may_do_what_it_likes():
    assert migration_faults(migration(migrations.AddField("Mail", "a", TEXT), initial=True)) == []


def test_the_migrations_of_today_leave_the_former_release_working():
    assert unsafe_migrations() == []
