"""Note on a route that its mailbox has answered, the name given, and how a token was got."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0017_offer_number"),
    ]

    operations = [
        migrations.AddField(
            model_name="route",
            name="email_proved_at",
            field=models.DateTimeField(
                help_text="When an act of its mailbox after the filing, or its account, proved it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="route",
            name="name_digest",
            field=models.BinaryField(
                help_text="Keyed digest of reference and name as filed; NULL unless named.",
                max_length=32,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="trackingtoken",
            name="is_by_mailbox",
            field=models.BooleanField(
                db_default=False,
                help_text="Got by a link to the request's mailbox, or by its account.",
            ),
        ),
    ]
