"""Error of handing an e-mail to the mail server."""


class HandoverFailed(Exception):
    """The error for an e-mail that the mail server did not accept; ``error`` is the cause."""

    def __init__(self, error: OSError) -> None:
        super().__init__(type(error).__name__)
        self.error = error
