"""A column, an index and a condition."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_mail_without_index")]

    operations = [
        migrations.AddField("Mail", "note", models.CharField(max_length=20, db_default="100%")),
        migrations.AddIndex("Mail", models.Index(fields=["note"], name="mail_by_note")),
        migrations.AddConstraint(
            "Mail",
            models.CheckConstraint(condition=~models.Q(note="bad"), name="mail_note_not_bad"),
        ),
    ]
