from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0013_court_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("take_over", "A take-over"),
                            ("invite", "An administrator's account"),
                            ("export", "A file with all data"),
                            ("identity", "A sealed identity"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "subject",
                    models.CharField(help_text="An agency's code, or a reference.", max_length=64),
                ),
                ("arguments", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("asked_by_id", models.BigIntegerField()),
                ("asked_by", models.CharField(max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_by_id", models.BigIntegerField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=120)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "used_at",
                    models.DateTimeField(
                        help_text="When the asker did what was agreed to.", null=True
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by_id", None),
                            models.Q(("confirmed_by_id", models.F("asked_by_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="approval_takes_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at", None), ("withdrawn_at", None)),
                        fields=("kind", "subject"),
                        name="approval_asked_once",
                    ),
                ],
            },
        ),
    ]
