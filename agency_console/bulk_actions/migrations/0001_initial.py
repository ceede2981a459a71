"""Actions on many cases."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkAction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assign", "Assign"),
                            ("label", "Add or remove labels"),
                            ("unit", "Hand to a unit"),
                            ("reply", "Reply with a template"),
                            ("message", "Send a message from a template"),
                            ("export", "Export a list"),
                            ("undo", "Undo"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "query",
                    models.CharField(
                        blank=True, help_text="Address of the list, to go back to.", max_length=2000
                    ),
                ),
                (
                    "arguments",
                    models.JSONField(default=dict, help_text="Empty until they are chosen."),
                ),
                (
                    "case_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "case_versions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        help_text="The version of each case when it was previewed.",
                        size=None,
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(default=0, help_text="How many have been handled."),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                (
                    "skipped",
                    models.JSONField(default=list, help_text="Pairs of a reference and a code."),
                ),
                (
                    "undo",
                    models.JSONField(
                        default=list,
                        help_text=(
                            "Of each changed case: its number, its version since, and what it had "
                            "before."
                        ),
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Not confirmed yet"),
                            ("running", "Under way"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("undone", "Undone"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "path",
                    models.CharField(
                        blank=True, help_text="Of the file of an export.", max_length=80
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        help_text="The legal time of what is sent, whenever the worker comes to it.",
                        null=True,
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(help_text="When the latest case was handled."),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "officer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["officer", "created_at"], name="bulk_action_by_officer")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["assign", "label", "unit", "reply", "message", "export", "undo"],
                            )
                        ),
                        name="bulk_action_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["prepared", "running", "done", "cancelled", "undone"])
                        ),
                        name="bulk_action_state_known",
                    ),
                ],
            },
        ),
    ]
