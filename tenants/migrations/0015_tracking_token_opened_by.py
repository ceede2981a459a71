from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0014_known_references")]

    operations = [
        migrations.AddField(
            model_name="trackingtoken",
            name="opened_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("email", "Opened with the reference and the e-mail address"),
                    ("receipt", "Opened with the reference and the receipt code"),
                    ("link", "Opened by the link in an e-mail"),
                    ("account", "Opened from an account"),
                ],
                db_default="",
                help_text="Blank where older code made the row.",
                max_length=8,
            ),
        ),
    ]
