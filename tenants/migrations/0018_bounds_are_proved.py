from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0017_rows_out_of_bounds_go"),
    ]

    operations = [
        ValidateConstraint("Route", "route_is_of_a_reference"),
        ValidateConstraint("Route", "route_made_in_our_time"),
        ValidateConstraint("SubmissionKey", "used_key_made_in_our_time"),
        ValidateConstraint("SealedParty", "seal_is_of_a_reference"),
        ValidateConstraint("SealedParty", "seal_made_in_our_time"),
    ]
