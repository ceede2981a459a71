"""Cases of one person that are worked on as one; each stays a request of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0013_escalation")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The case of the same person with which it was answered, or is while it "
                "is open.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaintevent",
            name="merged_with",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Of a merge and its end: the reference of the other case.",
                max_length=16,
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into", "id"],
                include=["status"],
                name="complaint_merged",
            ),
        ),
    ]
