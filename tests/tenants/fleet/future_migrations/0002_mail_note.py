"""A column, an index and a condition."""

from django.db import migrations, models

from bench.one_field import last_of_today


class Migration(migrations.Migration):
    dependencies = [("mail", last_of_today())]

    operations = [
        migrations.AddField("Mail", "note", models.CharField(max_length=20, db_default="100%")),
        migrations.AddIndex("Mail", models.Index(fields=["note"], name="mail_by_note")),
        migrations.AddConstraint(
            "Mail",
            models.CheckConstraint(condition=~models.Q(note="bad"), name="mail_note_not_bad"),
        ),
    ]
