"""A person who reads a page of oversight's host, and presses what stands on it."""

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

HIDDEN = r'<input type="hidden" name="([^"]+)" value="([^"]*)"'


def hidden_fields(page: Any) -> dict[str, str]:
    """What the forms of a page send along that nobody typed."""
    return dict(re.findall(HIDDEN, page.content.decode()))


def press(client: Client, address: str, given: Mapping[str, Any], *, read_at: str = "") -> Any:
    """Read the page with the form, then send it."""
    page = client.get(read_at or address)
    return client.post(address, {**hidden_fields(page), **given})
