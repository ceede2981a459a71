"""What a sent button of a rule says."""

from django.http import QueryDict


def is_moved_up(data: QueryDict) -> bool:
    """Whether the button for "up" was pressed."""
    return data.get("to") == "up"


def is_activated(data: QueryDict) -> bool:
    """Whether the button that puts a rule in use was pressed."""
    return data.get("step") == "activate"
