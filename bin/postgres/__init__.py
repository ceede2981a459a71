"""An embedded PostgreSQL server for developers, the tests and the demonstration."""
