from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0020_approvals_never_change")]

    operations = [
        migrations.AddField(
            model_name="ownedroute",
            name="is_by_email",
            field=models.BooleanField(
                db_default=False,
                help_text="Kept because the account has the request's address: it ends with that address.",
            ),
        ),
    ]
