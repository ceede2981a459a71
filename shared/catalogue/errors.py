"""Refusals of the catalogue."""

from shared.kernel.errors import InvalidInput, NotFound


class CategoryNotFound(NotFound):
    """No category in use has this code."""

    code = "category_not_found"


class CatalogueDataInvalid(InvalidInput):
    """The data file of the catalogue contradicts itself: the message names the entry."""

    code = "catalogue_data_invalid"
