from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0021_owned_by_email")]

    operations = [
        migrations.AddField(
            model_name="submissionkey",
            name="sent",
            field=models.BinaryField(
                help_text="Digest of what was sent before it was examined: the same again is not examined.",
                max_length=32,
                null=True,
            ),
        ),
    ]
