import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("complaint", "Complaint"),
                            ("observation", "Observation"),
                            ("proposal", "Proposal"),
                        ],
                        max_length=12,
                    ),
                ),
                ("organisation", models.SlugField(blank=True, db_index=False, max_length=64)),
                ("category", models.SlugField(blank=True, db_index=False)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(blank=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                (
                    "details",
                    models.JSONField(default=list, help_text="Pairs: question's code, answer."),
                ),
                ("remedy", models.TextField(blank=True)),
                ("happened_on", models.DateField(blank=True, null=True)),
                (
                    "declarations",
                    models.JSONField(default=list, help_text="Values of Declaration."),
                ),
                (
                    "follows",
                    models.CharField(
                        blank=True,
                        help_text="Reference of the earlier request; its right is proved.",
                        max_length=16,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("ar", "Arabic"), ("fr", "French"), ("en", "English")],
                        max_length=2,
                    ),
                ),
                (
                    "privacy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("named", "With my name"),
                            ("confidential", "Confidential"),
                            ("anonymous", "Anonymous"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "party_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "A person"),
                            ("company", "A company"),
                            ("association", "An association"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("national_id", models.CharField(blank=True, max_length=20)),
                (
                    "typed",
                    models.JSONField(
                        db_default=models.Value([], models.JSONField()),
                        default=list,
                        help_text="Pages left unfinished, as they stood: pairs of step and pairs of name, values.",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=16)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reference", ""),
                            models.Q(
                                ("body", ""),
                                ("email", ""),
                                ("name", ""),
                                ("national_id", ""),
                                ("phone", ""),
                                ("typed", []),
                            ),
                            _connector="OR",
                        ),
                        name="draft_forgets_once_sent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "question",
                    models.CharField(
                        blank=True,
                        help_text="Code of the category's question that it answers.",
                        max_length=40,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.BinaryField(max_length=32)),
                ("path", models.CharField(max_length=80)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("not_scanned", "Not scanned"),
                            ("pending", "Waiting for the virus scanner"),
                            ("clean", "Clean"),
                            ("infected", "Infected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="intake.draft",
                    ),
                ),
            ],
        ),
    ]
