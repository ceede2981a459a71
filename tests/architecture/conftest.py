from collections.abc import Iterator

import pytest

from tests.architecture.sources import forget


@pytest.fixture(scope="package", autouse=True)
def _trees_kept() -> Iterator[None]:
    """The trees of the sources are kept while the rules of this folder run."""
    yield
    forget()
