"""A table, with a key to another one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_mail_note")]

    operations = [
        migrations.CreateModel(
            "Stamp",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("mail", models.ForeignKey("mail.Mail", models.CASCADE)),
                ("value", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel("Tally", fields=[("id", models.BigAutoField(primary_key=True))]),
    ]
