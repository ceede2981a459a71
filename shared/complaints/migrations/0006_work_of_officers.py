"""What officers need of a case beside its history: unit, labels, last days, who reads it."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0005_event_same_officer"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(Lower("name"), name="label_name_once")],
            },
        ),
        migrations.CreateModel(
            name="OfficerCaseState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_version", models.PositiveIntegerField(db_default=0, default=0)),
                ("snoozed_until", models.DateField(blank=True, null=True)),
                ("writing", models.CharField(blank=True, db_default="", max_length=12)),
                ("writing_at", models.DateTimeField(blank=True, null=True)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("complaint", "user"), name="officer_case_state_once"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("snoozed_until__isnull", False)),
                        fields=["user", "snoozed_until"],
                        name="officer_case_state_snoozed",
                    )
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="attachment",
            options={"default_manager_name": "objects"},
        ),
        migrations.AddField(
            model_name="attachment",
            name="draft_id",
            field=models.UUIDField(
                help_text="The officer's draft with which it will be sent.", null=True
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                help_text="The message of the agency with which it was sent.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="complaints.message",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="has_citizen_news",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The citizen did something that the officer of the case has not opened yet.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="label_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                blank=True,
                db_default=models.Value(
                    [],
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                default=list,
                help_text="Numbers of its labels.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="more_words",
            field=django.contrib.postgres.search.SearchVectorField(
                blank=True,
                help_text="Folded words of all other texts: remedy, place, party, messages, notes.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="risk_on",
            field=models.DateField(
                db_default=models.Value(datetime.date(9999, 12, 31), models.DateField()),
                default=datetime.date(9999, 12, 31),
                help_text="The earlier of both last days; a day that never comes where no reply is owed.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="stands_in_for",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The absent officer to whom it returns.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Who handles it; none: the agency as a whole.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="waiting_since",
            field=models.DateTimeField(
                blank=True,
                help_text="When the citizen wrote the first words that nobody has responded to.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="working_due_on",
            field=models.DateField(
                blank=True,
                help_text="Last day of the working term, for lists alone: it may be a day old.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="near_copy",
            field=models.PositiveSmallIntegerField(
                help_text="Of a reply: percentage of it that an earlier reply of the agency has too.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("draft_id__isnull", False)),
                fields=["draft_id"],
                name="file_of_a_draft",
            ),
        ),
    ]
