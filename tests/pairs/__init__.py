"""The table of pairs: each act beside each act, row, file, door, letter and figure it can meet."""
