import datetime

from django.db import migrations, models

# The database refuses to change an event that was projected; a rebuild deletes and inserts.
REFUSE = """
CREATE FUNCTION register_event_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an event of the register is never changed';
END
$$;
CREATE TRIGGER register_event_append_only BEFORE UPDATE ON register_registereventrow
    FOR EACH STATEMENT EXECUTE FUNCTION register_event_refuse_update();
"""
ALLOW = """
DROP TRIGGER register_event_append_only ON register_registereventrow;
DROP FUNCTION register_event_refuse_update();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FigureSnapshot",
            fields=[
                (
                    "number",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("as_of", models.DateTimeField(help_text="When the figures were taken.")),
                (
                    "content",
                    models.JSONField(help_text="Counts (shared.register.selectors.snapshot)."),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", 1)), name="register_snapshot_is_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency_code", models.CharField(max_length=50)),
                ("reference", models.CharField(max_length=16)),
                ("organisation_code", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=16)),
                ("category_code", models.CharField(blank=True, max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("filed_at", models.DateTimeField()),
                ("filed_on", models.DateField(help_text="The civil day of filing in Morocco.")),
                ("status", models.CharField(max_length=20)),
                (
                    "ending",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a reply"),
                            ("answered", "Answered"),
                            ("inadmissible", "Refused as inadmissible"),
                            ("withdrawn", "Withdrawn before a reply"),
                            ("transferred", "Passed to another administration"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "waited",
                    models.PositiveIntegerField(
                        help_text="Civil days from filing to the ending; the day of filing is day 0.",
                        null=True,
                    ),
                ),
                ("last_answered_at", models.DateTimeField(null=True)),
                ("reopened_count", models.PositiveIntegerField()),
                ("resolved", models.BooleanField(null=True)),
                ("handling", models.PositiveSmallIntegerField(null=True)),
                ("rated_at", models.DateTimeField(null=True)),
                ("last_position", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["agency_code", "filed_on"],
                        include=("kind", "ending", "waited"),
                        name="register_case_waits_of_agency",
                    ),
                    models.Index(
                        fields=["filed_on"],
                        include=("agency_code", "kind", "ending", "waited"),
                        name="register_case_waits_of_day",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_code", "reference"), name="register_case_once_per_agency"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ending__in",
                                ["open", "answered", "inadmissible", "withdrawn", "transferred"],
                            )
                        ),
                        name="register_case_ending_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ending", "open"), ("waited", None)),
                            models.Q(
                                models.Q(("ending", "open"), _negated=True),
                                ("ended_at__isnull", False),
                                ("waited__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="register_case_open_has_not_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterEventRow",
            fields=[
                ("reference", models.CharField(max_length=16)),
                ("position", models.PositiveIntegerField()),
                ("organisation_code", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=16)),
                ("category_code", models.CharField(blank=True, max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("event", models.CharField(max_length=32)),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("resolved", models.BooleanField(null=True)),
                ("handling", models.PositiveSmallIntegerField(null=True)),
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("agency_code", models.CharField(max_length=50)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["agency_code", "reference", "position"],
                        name="register_event_of_case",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency_code", models.CharField(max_length=50)),
                ("kind", models.CharField(max_length=16)),
                ("month", models.DateField(help_text="First day of the month of filing.")),
                ("open", models.PositiveIntegerField()),
                ("answered", models.PositiveIntegerField()),
                ("inadmissible", models.PositiveIntegerField()),
                ("withdrawn", models.PositiveIntegerField()),
                ("transferred", models.PositiveIntegerField()),
                ("due", models.PositiveIntegerField()),
                ("in_time", models.PositiveIntegerField()),
                ("reopened", models.PositiveIntegerField()),
                ("responses", models.PositiveIntegerField()),
                ("resolved", models.PositiveIntegerField()),
                (
                    "marks",
                    models.PositiveIntegerField(
                        help_text="Sum of the marks (1 to 5) for the handling."
                    ),
                ),
                ("marked", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["month"], name="register_month_by_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_code", "kind", "month"), name="register_month_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="register_month_is_a_month"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterOutbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16)),
                ("position", models.PositiveIntegerField()),
                ("organisation_code", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=16)),
                ("category_code", models.CharField(blank=True, max_length=80)),
                ("language", models.CharField(max_length=2)),
                ("event", models.CharField(max_length=32)),
                ("status", models.CharField(max_length=20)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("resolved", models.BooleanField(null=True)),
                ("handling", models.PositiveSmallIntegerField(null=True)),
                (
                    "schema_name",
                    models.CharField(
                        db_default=models.Func(function="current_schema"),
                        editable=False,
                        max_length=63,
                    ),
                ),
                ("event_id", models.UUIDField()),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="Why it was set aside; a class alone.",
                        max_length=64,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reference__regex", "^[0-9]{16}$")),
                        name="register_outbox_of_a_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("at__gte", datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                            ("at__lt", datetime.datetime(2100, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                        ),
                        name="register_outbox_in_our_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("position__gte", 1),
                            ("position__lte", 1000000),
                            models.Q(
                                ("handling", None),
                                models.Q(("handling__gte", 1), ("handling__lte", 5)),
                                _connector="OR",
                            ),
                        ),
                        name="register_outbox_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("schema_name__startswith", "a_")),
                        name="register_outbox_from_an_agency",
                    ),
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
