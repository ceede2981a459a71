from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_why_oversight_ended_it")]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="is_paid_elsewhere",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invoice",
            name="transfer_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="invoice",
            name="transfer_on",
            field=models.DateField(help_text="From when the bank counts the money.", null=True),
        ),
    ]
