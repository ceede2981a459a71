"""When a late reply was brought to national oversight."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("register", "0002_refusals_and_their_outcome"),
    ]

    operations = [
        migrations.AddField(
            model_name="registercase",
            name="escalated_at",
            field=models.DateTimeField(
                help_text="When the agency brought its late reply to national oversight, while it is owed.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="registercase",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", False)),
                fields=["escalated_at"],
                include=("agency_code",),
                name="register_case_escalated",
            ),
        ),
    ]
