from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0007_since_when_and_bodies_passed_on"),
    ]

    operations = [
        migrations.AddField(
            model_name="destroyorder",
            name="is_waived",
            field=models.BooleanField(
                db_default=False, help_text="Whether the reason says why no bundle is needed."
            ),
        ),
    ]
