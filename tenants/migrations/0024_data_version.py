"""Add the numbers that change with an agency's rows, so that unchanged lists are not read again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0023_printed_code_objection"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "schema_name",
                        "place",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("schema_name", models.CharField(max_length=63)),
                ("place", models.SmallIntegerField()),
                ("cases", models.BigIntegerField(default=0)),
                ("settings", models.BigIntegerField(default=0)),
            ],
        ),
        # A row is updated by each filing; with room on its page the index stays as it is.
        migrations.RunSQL(
            "ALTER TABLE tenants_dataversion SET (fillfactor = 50)",
            "ALTER TABLE tenants_dataversion RESET (fillfactor)",
        ),
    ]
