"""Reviewed files: what is refused in them, and what a load reports."""

import pytest

from shared.catalogue.errors import CatalogueDataInvalid
from shared.reference_data.files import LoadReport, require_unique


def test_a_code_that_is_there_twice_is_refused_by_name():
    with pytest.raises(CatalogueDataInvalid, match="road: twice in the file"):
        require_unique(["water", "road", "road"], invalid=CatalogueDataInvalid)


def test_codes_that_differ_pass():
    require_unique(["water", "road"], invalid=CatalogueDataInvalid)
    require_unique([], invalid=CatalogueDataInvalid)


@pytest.mark.parametrize(
    ("kept", "end"),
    [(None, "4 deactivated"), (0, "deactivated, 0 left as oversight has edited them")],
)
def test_a_report_names_edited_rows_only_where_rows_can_be_edited(kept, end):
    report = LoadReport(created=1, updated=2, unchanged=3, deactivated=4, kept=kept)

    assert str(report).startswith("1 created, 2 updated, 3 unchanged, 4 deactivated")
    assert str(report).endswith(end)
