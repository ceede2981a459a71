from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0012_token_scope"),
    ]

    operations = [
        migrations.AddField(
            model_name="vaultopening",
            name="court_reference",
            field=models.CharField(
                db_default="",
                help_text="Blank where the citizen's review was waiting.",
                max_length=120,
            ),
        ),
    ]
