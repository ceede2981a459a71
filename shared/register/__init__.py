"""Read model of all cases without personal data, fed by an outbox, and the figures from it."""
