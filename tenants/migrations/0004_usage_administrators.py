from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0003_agencyusage_same_officer_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="agencyusage",
            name="administrators",
            field=models.PositiveIntegerField(
                help_text="Of these, the administrators; None until it is measured again.",
                null=True,
            ),
        ),
    ]
