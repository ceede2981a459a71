from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_staff_session"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInTry",
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
                "indexes": [models.Index(fields=["began_at"], name="accounts_by_window")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bucket", "began_at"), name="accounts_once_a_window"
                    )
                ],
            },
        ),
    ]
