from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_settled_payloads_go")]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="end_reason",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="Oversight's words when it ended this.",
            ),
        ),
    ]
