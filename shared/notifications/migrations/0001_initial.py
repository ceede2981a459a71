"""What each officer wants to be written to about."""

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
            name="NotificationChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("new", "A new request, or a case assigned to me"),
                            ("message", "A message or a file from the citizen"),
                            ("reopened", "A case re-opened by the citizen"),
                            ("late", "A case past its legal deadline"),
                            ("review_asked", "A review asked for by the citizen"),
                            ("review_decided", "A review decided by national oversight"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "delivery",
                    models.CharField(
                        choices=[
                            ("at_once", "An e-mail at once"),
                            ("digest", "In the e-mail of the morning"),
                            ("none", "Not by e-mail"),
                        ],
                        max_length=8,
                    ),
                ),
                ("gathered_until", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind"), name="notification_choice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "new",
                                    "message",
                                    "reopened",
                                    "late",
                                    "review_asked",
                                    "review_decided",
                                ],
                            )
                        ),
                        name="notification_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delivery__in", ["at_once", "digest", "none"])),
                        name="notification_delivery_known",
                    ),
                ],
            },
        ),
    ]
