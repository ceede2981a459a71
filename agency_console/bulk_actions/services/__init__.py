"""Begin, confirm, do, cancel and undo an action on many cases."""
