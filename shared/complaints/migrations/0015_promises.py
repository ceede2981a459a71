"""A reply names the day by which its decision is carried out; null columns cost no rewriting."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0014_merged_cases")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="promised_on",
            field=models.DateField(
                blank=True,
                help_text="By when the decision of the current reply is carried out, as it says.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="complaintevent",
            name="promised_on",
            field=models.DateField(help_text="The day that a reply names.", null=True),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("promised_on__isnull", False)),
                fields=["promised_on"],
                name="complaint_promised",
            ),
        ),
    ]
