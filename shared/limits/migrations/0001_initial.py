from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bucket", models.BinaryField(max_length=32)),
                ("began_at", models.DateTimeField(help_text="When the window began.")),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "indexes": [models.Index(fields=["began_at"], name="limits_by_window")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bucket", "began_at"), name="limits_once_a_window"
                    )
                ],
            },
        ),
    ]
