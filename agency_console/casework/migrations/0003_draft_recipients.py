"""Whom a text reaches, and what was approved, as it was when "send" was pressed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_interim_reply"),
    ]

    operations = [
        migrations.AddField(
            model_name="casedraft",
            name="recipients",
            field=models.JSONField(
                null=True,
                help_text="Digest of the address of each request that it reaches, by reference.",
            ),
        ),
        migrations.AddField(
            model_name="casedraft",
            name="text_digest",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Of the text and the files approved.",
                max_length=64,
            ),
        ),
    ]
