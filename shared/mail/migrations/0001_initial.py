from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("to", models.EmailField(max_length=254)),
                (
                    "letter",
                    models.CharField(help_text="The folder under templates/emails.", max_length=40),
                ),
                ("language", models.CharField(max_length=2)),
                ("reference", models.CharField(blank=True, max_length=16)),
                (
                    "context",
                    models.JSONField(
                        default=dict, help_text="Strings only; what the letter fills in."
                    ),
                ),
                ("queued_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "expires_at",
                    models.DateTimeField(help_text="When the code or link in it ends.", null=True),
                ),
                ("attempts", models.PositiveSmallIntegerField(db_default=0)),
                ("unfinished_attempts", models.PositiveSmallIntegerField(db_default=0)),
                ("next_attempt_at", models.DateTimeField(help_text="Empty: at once.", null=True)),
                (
                    "retry_until",
                    models.DateTimeField(
                        help_text="Empty: seven days after it was queued; set when it is sent again.",
                        null=True,
                    ),
                ),
                (
                    "last_error",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="A class and a code alone.",
                        max_length=64,
                    ),
                ),
                ("failed_at", models.DateTimeField(null=True)),
                (
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "Refused by the recipient's mail server"),
                            ("unreachable", "Not delivered within seven days"),
                            ("worker_died", "Five workers ended while sending it"),
                            ("expired", "The code or link in it has expired"),
                            ("malformed", "Not one of the e-mails that may be sent from here"),
                        ],
                        db_default="",
                        max_length=12,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("failed_at__isnull", False)),
                        fields=["reference"],
                        name="mail_failed",
                    )
                ],
            },
        ),
    ]
