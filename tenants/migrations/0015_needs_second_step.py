from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0014_approval_request"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="needs_second_step",
            field=models.BooleanField(
                db_default=False,
                help_text=(
                    "Whether its staff give a code besides the password,"
                    " as its administrators chose."
                ),
            ),
        ),
    ]
