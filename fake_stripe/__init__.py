"""The demonstration's fake Stripe: a separate server to which the real Stripe library talks."""
