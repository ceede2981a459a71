"""Arbitration: which administration must answer a case that none took over."""
