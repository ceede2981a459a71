"""Commands that cause failures in a running installation and report the failed checks."""
