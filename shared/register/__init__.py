"""Read model of all cases without personal data, built from outbox events, and its figures."""
