"""Filing for a person at the counter or on the telephone."""
