"""The routing rules of an agency."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("is_active", models.BooleanField(default=False)),
                (
                    "occasions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("filed", "It is filed"),
                                ("transferred", "It comes from another administration"),
                                ("reopened", "It is re-opened"),
                            ],
                            max_length=12,
                        ),
                        size=None,
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "category_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "organisation_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=64),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "places",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("unit", "Nobody: an officer of the unit takes it"),
                            ("officer", "Always the same officer"),
                            ("in_turn", "The officers of the unit, in turn"),
                            ("least_open", "The officer of the unit who has the fewest open cases"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "last_officer_id",
                    models.BigIntegerField(
                        help_text="Whom it gave a case last, where it does so in turn.", null=True
                    ),
                ),
                (
                    "officer",
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
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="None: the agency as a whole. Of a retired unit, the next one above in use.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target__in", ["unit", "officer", "in_turn", "least_open"])
                        ),
                        name="routing_rule_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target", "officer"), ("officer", None), _connector="XOR"
                        ),
                        name="routing_rule_officer_where_one_is_meant",
                    ),
                ],
            },
        ),
    ]
