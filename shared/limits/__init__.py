"""Rate limits and proof of work against automated or repeated attempts."""
