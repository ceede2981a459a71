"""Read model of all cases without personal data, filled from an outbox, and its figures."""
