"""Error of handing an e-mail to the mail server."""


class HandoverFailed(Exception):
    """The mail server's refusal of an e-mail, or its silence; ``error`` is the cause."""

    def __init__(self, error: OSError) -> None:
        super().__init__(type(error).__name__)
        self.error = error
