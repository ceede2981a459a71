"""The demonstration: invented agencies, people and cases, and its use of a fake Stripe.

It is installed only in development, in tests and in the demonstration; no other package imports it.
"""
