"""A logger for gunicorn whose lines leave out the same secrets as the application's log."""

from typing import Any

from gunicorn.glogging import Logger

from config.logs import PlainFormatter


class PlainLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's logger, which leaves secrets out of the address of a failed request."""

    def setup(self, cfg: Any) -> None:
        """Set up the logger as gunicorn does, with a formatter that hides secrets."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PlainFormatter(self.error_fmt, self.datefmt))
