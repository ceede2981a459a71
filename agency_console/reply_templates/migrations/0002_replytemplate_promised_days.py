"""A template of a reply says within how many days its decision is carried out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reply_templates", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="replytemplate",
            name="promised_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Days from the reply to the day that it names; 0: it is done already.",
                null=True,
            ),
        ),
    ]
