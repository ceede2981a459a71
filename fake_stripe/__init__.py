"""The demonstration's fake Stripe, a separate server that the real Stripe library calls."""
