"""Texts to begin a reply with."""

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
            name="ReplyTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "act",
                    models.CharField(
                        choices=[("reply", "Reply"), ("ask", "Question"), ("message", "Message")],
                        max_length=12,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("ar", "Arabic"), ("fr", "French"), ("en", "English")],
                        max_length=2,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upheld", "Upheld"),
                            ("partly_upheld", "Partly upheld"),
                            ("not_upheld", "Not upheld"),
                            ("explained", "Explained"),
                        ],
                        max_length=16,
                    ),
                ),
                ("facts", models.TextField(blank=True)),
                ("rule", models.TextField(blank=True)),
                ("decision", models.TextField(blank=True)),
                ("remedy", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("is_active", models.BooleanField(default=True)),
                ("uses", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("act", "language", "name"), name="reply_template_name_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ["reply", "ask", "message"])),
                        name="reply_template_act_known",
                    ),
                ],
            },
        ),
    ]
