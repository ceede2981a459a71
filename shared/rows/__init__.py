"""Support for SQL, for example bulk insert, compiled queries, and limits of column values."""
