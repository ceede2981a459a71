"""Drafts of interim replies: the list only grows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
    ]

    contracts = "Every act that the former release writes is on the longer list too."

    operations = [
        migrations.RemoveConstraint(
            model_name="casedraft",
            name="case_draft_act_known",
        ),
        migrations.AlterField(
            model_name="casedraft",
            name="act",
            field=models.CharField(
                choices=[
                    ("reply", "Reply"),
                    ("refuse", "Refusal"),
                    ("direct", "Name the competent body"),
                    ("ask", "Question"),
                    ("message", "Message"),
                    ("note", "Internal note"),
                    ("interim", "Interim reply"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="casedraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ["reply", "refuse", "direct", "ask", "message", "note", "interim"])
                ),
                name="case_draft_act_known",
            ),
        ),
    ]
