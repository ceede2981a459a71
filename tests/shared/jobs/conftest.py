"""A browser at national oversight's host."""

from tests.public_portal.oversight.conftest import analyst, anybody, signed_in

__all__ = ["analyst", "anybody", "signed_in"]
