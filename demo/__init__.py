"""The demonstration: invented agencies, people and cases.

No other package imports this package, which is not installed in production.
"""
