"""Kind of body of each workspace; only workspaces of one kind are compared."""

from shared.directory.models import Organisation
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import KIND_ORDER
from shared.directory.types import AgencyKinds


def agency_kinds() -> AgencyKinds:
    """Return the kind of body of each workspace, and the orientation desk's workspace; one query.

    A workspace with several bodies has the kind of the body with the workspace's code, or else the
    first of their kinds in ``KIND_ORDER``.
    """
    rows = (
        Organisation.objects.filter(is_active=True)
        .exclude(agency_code="")
        .order_by("code")
        .values_list("agency_code", "code", "kind")
    )
    found: dict[str, tuple[bool, int, str]] = {}
    orientation_code = ""
    for agency_code, code, kind in rows:
        if code == ORIENTATION:
            orientation_code = agency_code
        place = [str(one) for one in KIND_ORDER].index(kind)
        found[agency_code] = min(
            found.get(agency_code, (True, len(KIND_ORDER), "")), (code != agency_code, place, kind)
        )
    return AgencyKinds(
        kinds={code: one[2] for code, one in found.items()}, orientation_code=orientation_code
    )
