from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0012_places_that_files_left")]

    operations = [
        migrations.AddField(
            model_name="route",
            name="is_known_elsewhere",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether an agency that does not hold the case knows the reference.",
            ),
        ),
    ]
