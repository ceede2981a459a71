from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0018_bounds_are_proved"),
    ]

    operations = [
        migrations.AddField(
            model_name="approvalrequest",
            name="job_id",
            field=models.UUIDField(help_text="The long work that was agreed to.", null=True),
        ),
        migrations.AlterField(
            model_name="approvalrequest",
            name="kind",
            field=models.CharField(
                choices=[
                    ("take_over", "A take-over"),
                    ("invite", "An administrator's account"),
                    ("export", "A file with all data"),
                    ("identity", "A sealed identity"),
                    ("archive", "An archiving"),
                    ("host_add", "A host name of its own"),
                    ("host_primary", "Another main host name"),
                ],
                max_length=16,
            ),
        ),
    ]
