from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0003_delivery_state"),
    ]

    operations = [
        # A word that old code does not write and never asks for: nothing changes in the tables.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "Mail",
                    "failure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "Refused by the recipient's mail server"),
                            ("unreachable", "Not delivered within seven days"),
                            ("worker_died", "Five workers ended while sending it"),
                            ("expired", "The code or link in it has expired"),
                            ("malformed", "Not one of the letters that may be sent from here"),
                        ],
                        db_default="",
                        max_length=12,
                    ),
                ),
            ],
        ),
    ]
