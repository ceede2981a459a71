"""Commands that cause failures in a running installation and report which promises hold."""
