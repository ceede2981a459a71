"""Custody: cases go from agency to agency; what was written elsewhere has no officer here."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0011_cases_move"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    contracts = "Messages and notes always have an officer in rows of the former release."

    operations = [
        migrations.RemoveConstraint(
            model_name="message",
            name="message_has_its_officer",
        ),
        migrations.AddField(
            model_name="complaint",
            name="handed_to",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                help_text="Code of the agency that took it over; this row is a stub without texts then.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="offered_to",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                help_text="Code of the agency that was asked to take it over and has not answered.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="is_part",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="It is one part of a request that concerns several bodies.",
            ),
        ),
        migrations.AddField(
            model_name="complaintevent",
            name="chain",
            field=models.JSONField(
                help_text="Of a case taken over: who held it before, with what happened there.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="agency_code",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                help_text="The agency whose officer wrote it, where that is not this one.",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="writer_number",
            field=models.BigIntegerField(
                help_text="The number of that officer there: known again if the case returns.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="agency_code",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                help_text="The agency whose officer wrote it, where that is not this one.",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="writer_number",
            field=models.BigIntegerField(
                help_text="The number of that officer there: known again if the case returns.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="note",
            name="officer",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("author", "citizen"), ("officer", None)),
                    models.Q(
                        ("author", "agency"),
                        models.Q(
                            ("officer__isnull", False),
                            models.Q(("agency_code", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="message_has_its_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("officer__isnull", False),
                    models.Q(("agency_code", ""), _negated=True),
                    _connector="OR",
                ),
                name="note_has_its_officer",
            ),
        ),
    ]
