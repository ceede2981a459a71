"""The demonstration: invented agencies, people and cases.

This package is not installed in production, and no other package imports this package.
"""
