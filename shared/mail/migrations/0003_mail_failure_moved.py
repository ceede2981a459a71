from django.db import migrations, models

FAILURES = {
    "refused": "Refused by the recipient's mail server",
    "unreachable": "Not delivered within seven days",
    "worker_died": "Five workers ended while sending it",
    "expired": "The code or link in it has expired",
    "malformed": "Not one of the e-mails that may be sent from here",
    "unproved": "Waits until its address is proved",
    "moved": "Left to the administration that has the case now",
}


class Migration(migrations.Migration):
    dependencies = [("mail", "0002_mail_failure_unproved")]

    # One more word for a column that takes any word: nothing is done in the database.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="mail",
                    name="failure",
                    field=models.CharField(
                        blank=True, choices=list(FAILURES.items()), db_default="", max_length=12
                    ),
                ),
            ],
        ),
    ]
