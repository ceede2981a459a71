"""Questions to the directory: one body, a search, the tree, and who handles its cases."""

from shared.directory.selectors.bodies import (
    CENSUS_CREDIT,
    QUERY_LENGTH,
    commune_counts,
    handlers_of_all,
    handling_agency_code,
    handling_agency_codes,
    organisation_children,
    organisation_counts,
    organisation_get,
    organisation_names,
    organisation_path,
    organisation_roots,
    organisation_search,
    organisations_below,
    organisations_of_agency,
)
from shared.directory.selectors.browsing import ORIENTATION, branches_of
from shared.directory.selectors.namesakes import organisation_named, organisations_alike

__all__ = [
    "CENSUS_CREDIT",
    "ORIENTATION",
    "QUERY_LENGTH",
    "branches_of",
    "commune_counts",
    "handlers_of_all",
    "handling_agency_code",
    "handling_agency_codes",
    "organisation_children",
    "organisation_counts",
    "organisation_get",
    "organisation_named",
    "organisation_names",
    "organisation_path",
    "organisation_roots",
    "organisation_search",
    "organisations_alike",
    "organisations_below",
    "organisations_of_agency",
]
