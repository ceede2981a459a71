"""Mark the references that agencies have read in offers or know as former holders."""

from django.db import migrations

MARK = """
UPDATE tenants_route SET is_known_elsewhere = true
WHERE reference IN (
    SELECT reference FROM tenants_transferoffer
    UNION SELECT reference FROM tenants_arbitration WHERE to_schema NOT IN ('', from_schema)
)
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0013_route_is_known_elsewhere")]

    operations = [
        migrations.RunSQL(MARK, "UPDATE tenants_route SET is_known_elsewhere = false"),
    ]
