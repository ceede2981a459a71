"""An agency may ask for a second officer's agreement to each reply."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0006_linktoken_given_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="needs_approval",
            field=models.BooleanField(
                db_default=False,
                help_text="Whether a second officer agrees to each reply before it leaves.",
            ),
        ),
    ]
