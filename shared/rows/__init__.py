"""Support for SQL: bulk insert in one statement, queries compiled once, row locks, value bounds."""
