from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0002_held_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="accepted",
            field=models.JSONField(
                db_default=Value([], models.JSONField()),
                default=list,
                help_text="Steps whose page was accepted.",
            ),
        ),
    ]
