from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0002_mail_without_index"),
    ]

    operations = [
        migrations.AddField(
            "Mail",
            "expires_at",
            models.DateTimeField(help_text="When the code or link in it ends.", null=True),
        ),
        migrations.AddField("Mail", "attempts", models.PositiveSmallIntegerField(db_default=0)),
        migrations.AddField(
            "Mail",
            "unfinished_attempts",
            models.PositiveSmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            "Mail",
            "next_attempt_at",
            models.DateTimeField(help_text="Empty: at once.", null=True),
        ),
        migrations.AddField(
            "Mail",
            "retry_until",
            models.DateTimeField(
                help_text="Empty: seven days after it was queued; set when it is sent again.",
                null=True,
            ),
        ),
        migrations.AddField(
            "Mail",
            "last_error",
            models.CharField(
                blank=True,
                db_default="",
                help_text="A class and a code alone.",
                max_length=64,
            ),
        ),
        migrations.AddField("Mail", "failed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "Mail",
            "failure",
            models.CharField(
                blank=True,
                choices=[
                    ("refused", "Refused by the recipient's mail server"),
                    ("unreachable", "Not delivered within seven days"),
                    ("worker_died", "Five workers ended while sending it"),
                    ("expired", "The code or link in it has expired"),
                ],
                db_default="",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            "Mail",
            models.Index(
                condition=models.Q(("failed_at__isnull", False)),
                fields=["reference"],
                name="mail_failed",
            ),
        ),
    ]
