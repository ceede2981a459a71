from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_transfers_by_their_reference")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="tax_ar",
            field=models.CharField(blank=True, db_default="", default="", max_length=160),
        ),
        migrations.AddField(
            model_name="plan",
            name="tax_fr",
            field=models.CharField(blank=True, db_default="", default="", max_length=160),
        ),
        migrations.AddField(
            model_name="plan",
            name="tax_en",
            field=models.CharField(blank=True, db_default="", default="", max_length=160),
        ),
    ]
