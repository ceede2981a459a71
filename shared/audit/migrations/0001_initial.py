from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("citizen", "citizen"),
                            ("officer", "officer"),
                            ("oversight", "oversight"),
                            ("system", "system"),
                        ],
                        max_length=12,
                    ),
                ),
                ("actor_label", models.CharField(max_length=120)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("action", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=120)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "at"], name="audit_by_subject")],
            },
        ),
    ]
