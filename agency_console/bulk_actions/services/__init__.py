"""Services to begin, confirm, run, cancel and undo a bulk action."""
