"""Who may read the pages of national oversight: as on every page of its host."""

from shared.accounts.permissions import oversight_required

__all__ = ["oversight_required"]
