from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_usage_administrators")]

    operations = [
        migrations.AddField(
            model_name="route",
            name="is_email_proved",
            field=models.BooleanField(
                db_default=True,
                help_text="False until the mailbox has answered: no letter with content goes there.",
            ),
        ),
        migrations.AlterField(
            model_name="route",
            name="email_digest",
            field=models.BinaryField(
                help_text="NULL where no e-mail address was given.", max_length=32, null=True
            ),
        ),
    ]
