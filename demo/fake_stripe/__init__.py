"""The demonstration's stand-in for Stripe: a server of its own that the real library talks to."""
