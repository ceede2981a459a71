"""Remember which places files of moved cases have left, until they are deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0011_decisions_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="FileRelease",
            fields=[
                ("path", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("reference", models.CharField(db_index=True, max_length=16)),
                (
                    "from_schema",
                    models.CharField(help_text="Who had the file at this place.", max_length=63),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
