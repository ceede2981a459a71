"""Separation of agencies in PostgreSQL: the schema switch, database backend, roles and checks."""
