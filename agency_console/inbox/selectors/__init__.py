"""Questions of the inbox."""
