"""Find the offers of a request without reading all offers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0009_review_of_a_first_refusal"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="transferoffer",
            index=models.Index(fields=["reference"], name="transfer_offer_of_request"),
        ),
    ]
