"""A gunicorn logger that removes secrets from log lines."""

from typing import Any

from gunicorn.glogging import Logger

from config.logs import PlainFormatter


class PlainLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn logger without secrets in the addresses of failed requests."""

    def setup(self, cfg: Any) -> None:
        """Set up the logger as gunicorn does, with a formatter that hides secrets."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PlainFormatter(self.error_fmt, self.datefmt))
