"""The demonstration: made-up agencies, people and cases, and a fake Stripe.

Installed in development, in tests and in the demonstration alone; nothing else imports it.
"""
