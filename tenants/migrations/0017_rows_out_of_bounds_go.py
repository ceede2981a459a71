from django.db import migrations

# No code of ours wrote one: such a row opens nothing, and would keep the bounds from being proved.
NO_REFERENCE = "!~ '^[0-9]{16}$'"
OUT_OF_TIME = "NOT (created_at >= '2000-01-01 00:00+00' AND created_at < '2100-01-01 00:00+00')"

AWAY = f"""
DELETE FROM tenants_linktoken WHERE route_id {NO_REFERENCE};
DELETE FROM tenants_trackingtoken WHERE route_id {NO_REFERENCE};
DELETE FROM tenants_emailchange WHERE route_id {NO_REFERENCE};
DELETE FROM tenants_ownedroute WHERE route_id {NO_REFERENCE};
DELETE FROM tenants_route WHERE reference {NO_REFERENCE};
DELETE FROM tenants_sealedparty WHERE reference {NO_REFERENCE};
DELETE FROM tenants_submissionkey WHERE {OUT_OF_TIME};
UPDATE tenants_route SET created_at = now() WHERE {OUT_OF_TIME};
UPDATE tenants_sealedparty SET created_at = now() WHERE {OUT_OF_TIME};
"""  # noqa: S608  # of constants


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0016_bounds_of_public_rows"),
    ]

    operations = [migrations.RunSQL(AWAY, migrations.RunSQL.noop)]
