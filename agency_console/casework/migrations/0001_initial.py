"""What officers have written and not sent yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("complaints", "0006_work_of_officers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseDraft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("refuse", "Refusal"),
                            ("direct", "Name the competent body"),
                            ("ask", "Question"),
                            ("message", "Message"),
                            ("note", "Internal note"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "parts",
                    models.JSONField(
                        default=dict, help_text="What was typed, by the field of the form."
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(help_text="Of the case from which it was made."),
                ),
                ("saved_at", models.DateTimeField()),
                ("pressed_at", models.DateTimeField(blank=True, null=True)),
                ("failure", models.CharField(blank=True, max_length=40)),
                ("approval_asked_at", models.DateTimeField(blank=True, null=True)),
                ("returned_because", models.TextField(blank=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="complaints.complaint",
                    ),
                ),
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
                    models.Index(
                        condition=models.Q(("pressed_at__isnull", False)),
                        fields=["pressed_at"],
                        name="case_draft_leaving",
                    ),
                    models.Index(
                        condition=models.Q(("approval_asked_at__isnull", False)),
                        fields=["approval_asked_at"],
                        name="case_draft_to_approve",
                    ),
                    models.Index(fields=["officer"], name="case_draft_by_officer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "officer", "act"), name="case_draft_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("act__in", ("reply", "refuse", "direct")),
                            ("pressed_at__isnull", False),
                        ),
                        fields=("complaint",),
                        name="case_draft_one_decision_leaves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["reply", "refuse", "direct", "ask", "message", "note"])
                        ),
                        name="case_draft_act_known",
                    ),
                ],
            },
        ),
    ]
