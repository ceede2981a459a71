"""Drop indexes that no query uses, of sessions and of the tables of django-allauth.

An index ``_like`` answers LIKE alone, and nobody looks for the beginning of a key or an address. The
addresses of an account are found by the unique index of account and address.
"""

from django.db import migrations, models

# Each index with its table and what it holds.
UNUSED = {
    "django_session_session_key_c0390e0f_like": (
        "django_session",
        "session_key varchar_pattern_ops",
    ),
    "account_emailaddress_email_03be32b2_like": (
        "account_emailaddress",
        "email varchar_pattern_ops",
    ),
    "account_emailconfirmation_key_f43612bd_like": (
        "account_emailconfirmation",
        "key varchar_pattern_ops",
    ),
    "account_emailaddress_user_id_2c513194": ("account_emailaddress", "user_id"),
}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_value_bounds"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("sessions", "0001_initial"),
    ]

    contracts = "No release asks what only these indexes answer."

    operations = [
        *(
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {name}",
                f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})",
            )
            for name, (table, column) in UNUSED.items()
        ),
        migrations.AlterField(
            model_name="staffsession",
            name="session_key",
            field=models.CharField(max_length=40),
        ),
        migrations.AddConstraint(
            model_name="staffsession",
            constraint=models.UniqueConstraint(
                fields=("session_key",), name="staff_session_key_once"
            ),
        ),
    ]
