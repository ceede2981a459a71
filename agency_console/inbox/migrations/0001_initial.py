"""Lists of cases under a name."""

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
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=1000)),
                ("default_for", models.CharField(blank=True, max_length=16)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "name"), name="saved_view_name_once", nulls_distinct=False
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("default_for", ""), _negated=True),
                        fields=("default_for",),
                        name="saved_view_one_default_a_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("default_for", ""),
                            models.Q(
                                ("default_for__in", ("agent", "supervisor", "administrator")),
                                ("owner", None),
                            ),
                            _connector="OR",
                        ),
                        name="saved_view_default_is_shared",
                    ),
                ],
            },
        ),
    ]
