"""One PostgreSQL schema and role for each agency: switch, database backend, rights, checks."""
