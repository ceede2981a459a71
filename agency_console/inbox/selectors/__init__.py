"""Public selectors of the inbox."""
