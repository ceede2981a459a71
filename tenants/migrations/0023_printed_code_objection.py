"""Let a part that is given back with a printed code be kept as done by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0022_case_holdings"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="printedcodeact",
            name="printed_code_use_known",
        ),
        migrations.AlterField(
            model_name="printedcodeact",
            name="use",
            field=models.CharField(
                choices=[
                    ("message", "A message was sent"),
                    ("file", "A file was sent"),
                    ("rating", "The reply was rated"),
                    ("promise", "It was said whether the promise was kept"),
                    ("reopening", "The request was re-opened"),
                    ("withdrawal", "The request was withdrawn"),
                    ("review", "National oversight was asked for a review"),
                    ("objection", "This part was given back to the whole request"),
                    ("email", "Another e-mail address was given"),
                    ("account", "The request was put into an account"),
                    ("code", "The code was replaced by a new one: it opens nothing any more"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="printedcodeact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "use__in",
                        [
                            "message",
                            "file",
                            "rating",
                            "promise",
                            "reopening",
                            "withdrawal",
                            "review",
                            "objection",
                            "email",
                            "account",
                            "code",
                        ],
                    )
                ),
                name="printed_code_use_known",
            ),
        ),
    ]
