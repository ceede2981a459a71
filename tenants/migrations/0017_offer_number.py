from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0016_route_opening")]

    operations = [
        migrations.AddField(
            model_name="transferoffer",
            name="number",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="What the agency that is asked reads in the place of the reference. Blank "
                "until the upkeep where older code made the row.",
                max_length=13,
            ),
        ),
        migrations.AddConstraint(
            model_name="transferoffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("number",),
                name="transfer_offer_number",
            ),
        ),
    ]
