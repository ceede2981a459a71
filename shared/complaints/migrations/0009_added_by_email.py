from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0008_attachment_missing"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="is_by_email",
            field=models.BooleanField(
                db_default=False,
                help_text="Its sender gave the reference and the e-mail address, which the agency knows.",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="is_by_email",
            field=models.BooleanField(
                db_default=False,
                help_text="Its writer gave the reference and the e-mail address, which the agency knows.",
            ),
        ),
    ]
