"""The logger of gunicorn: its lines hold no more than those of the application."""

from typing import Any

from gunicorn.glogging import Logger

from config.logs import PlainFormatter


class PlainLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's own, except that a request that fails is named without what is secret in it."""

    def setup(self, cfg: Any) -> None:
        """Set up the logger as gunicorn does."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PlainFormatter(self.error_fmt, self.datefmt))
