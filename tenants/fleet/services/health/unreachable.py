"""The agencies whose database server does not answer, and for how long."""

from tenants.agencies.selectors import agency_info, agency_list
from tenants.agencies.types import AgencyInfo
from tenants.isolation.cluster import unreachable_schemas


def agencies_unreachable() -> list[AgencyInfo]:
    """By code; none where all agencies are in one database."""
    away = unreachable_schemas()
    if not away:
        return []
    return [agency_info(one) for one in agency_list().filter(schema_name__in=away).order_by("code")]
