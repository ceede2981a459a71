from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0011_mails_failed"),
    ]

    operations = [
        migrations.AddField(
            model_name="trackingtoken",
            name="scope",
            field=models.CharField(
                choices=[
                    ("write", "Read, write messages and send files"),
                    ("full", "Everything that the citizen may do"),
                ],
                db_default="write",
                max_length=8,
            ),
        ),
    ]
