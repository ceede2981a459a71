"""A browser at national oversight's host."""

from tests.oversight.conftest import analyst, anybody, signed_in

__all__ = ["analyst", "anybody", "signed_in"]
