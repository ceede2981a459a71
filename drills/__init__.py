"""Commands that break a running installation on purpose and say what of its promises holds."""
