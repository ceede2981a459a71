"""A citizen may ask for the review of a first refusal too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0008_custody"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="review",
            name="review_cause",
        ),
        migrations.AlterField(
            model_name="review",
            name="cause",
            field=models.CharField(
                choices=[
                    ("refused", "Refused as inadmissible"),
                    ("refused_again", "Refused a second time"),
                    ("overdue", "No reply within the legal deadline"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["refused", "refused_again", "overdue"])),
                name="review_cause",
            ),
        ),
    ]
