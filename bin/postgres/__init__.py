"""The PostgreSQL that runs from a package's binaries: for bin/, the tests and the demonstration."""
