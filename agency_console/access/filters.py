"""The filter of the inbox, kept in the addresses of its lists and of the cases opened from them."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from shared.complaints.selectors import CaseFilter

_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
# The names in an address, by the column of a case.
NAMES: Mapping[str, str] = {"organisation_code": "body", "category_code": "category"}


def case_filter(data: Mapping[str, object]) -> CaseFilter:
    """Read the filter in an address; what is no code is left out."""
    given = {column: str(data.get(name, "")) for column, name in NAMES.items()}
    return CaseFilter(**{column: code for column, code in given.items() if _CODE.match(code)})


def filter_query(only: CaseFilter, *, view: str = "") -> str:
    """Return ``?view=mine&body=dgi&category=delay``, of it what there is, or nothing."""
    parts = {"view": view} if view else {}
    parts |= {NAMES[column]: getattr(only, column) for column in only.columns}
    return f"?{urlencode(parts)}" if parts else ""
