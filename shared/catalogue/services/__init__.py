"""What can be done to the catalogue, by what it is done to."""

from shared.catalogue.services.categories import catalogue_load
from shared.catalogue.services.holidays import (
    holiday_add,
    holiday_confirm,
    holiday_move,
    holiday_remove,
    holidays_load,
)
from shared.catalogue.services.terms import working_terms_load

__all__ = [
    "catalogue_load",
    "holiday_add",
    "holiday_confirm",
    "holiday_move",
    "holiday_remove",
    "holidays_load",
    "working_terms_load",
]
