"""The days that replies name, and whether citizens say that they were kept.

The former release writes none of these columns; they have defaults that cost no rewriting.
"""

from datetime import date

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0003_escalated")]

    operations = [
        migrations.AddField(
            model_name="registeroutbox",
            name="promised_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="registereventrow",
            name="promised_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="registercase",
            name="promised_on",
            field=models.DateField(help_text="By when the decision is carried out.", null=True),
        ),
        migrations.AddField(
            model_name="registercase",
            name="promise_asked",
            field=models.BooleanField(
                db_default=False,
                help_text="The citizen was asked about that day, or has said it.",
            ),
        ),
        migrations.AddField(
            model_name="registercase",
            name="promise_kept",
            field=models.BooleanField(
                help_text=("What the citizen said; a promise once broken stays the one counted."),
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="registermonth",
            name="promises_due",
            field=models.PositiveIntegerField(
                db_default=0,
                help_text="Days named in replies about which citizens were asked.",
            ),
        ),
        migrations.AddField(
            model_name="registermonth",
            name="promises_told",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="registermonth",
            name="promises_kept",
            field=models.PositiveIntegerField(db_default=0),
        ),
        # An agency writes this table: a day that Python cannot read would stop the register.
        migrations.AddConstraint(
            model_name="registeroutbox",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("promised_on", None),
                    models.Q(
                        ("promised_on__gte", date(2000, 1, 1)),
                        ("promised_on__lt", date(2100, 1, 1)),
                    ),
                    _connector="OR",
                ),
                name="register_outbox_promises_in_our_time",
            ),
        ),
    ]
