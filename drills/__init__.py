"""Commands that break a running installation on purpose and report which promises hold."""
