"""Who wrote the text of a part of a request, and whether the citizen agreed to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0019_samepersonclaim")]

    operations = [
        migrations.AddField(
            model_name="casesplit",
            name="whole_reference",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="The request out of which it was cut: the main one, or another part of "
                "that.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="casesplit",
            name="cut_by_code",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                help_text="Code of the agency whose officer wrote its subject and its text.",
            ),
        ),
        migrations.AddField(
            model_name="casesplit",
            name="objected_at",
            field=models.DateTimeField(
                help_text="When the citizen did not agree, and it was given back.", null=True
            ),
        ),
    ]
