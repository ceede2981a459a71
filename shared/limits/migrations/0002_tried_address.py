from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("limits", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="TriedAddress",
            fields=[
                (
                    "digest",
                    models.BinaryField(
                        help_text="Of the reference and the address.",
                        max_length=32,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reference_digest", models.BinaryField(max_length=32)),
                ("tried_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["reference_digest", "tried_at"], name="limits_tried_at_one"
                    ),
                    models.Index(fields=["tried_at"], name="limits_tried_by_time"),
                ],
            },
        ),
    ]
