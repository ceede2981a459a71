"""The demonstration's fake Stripe: a server of its own that the real library talks to."""
