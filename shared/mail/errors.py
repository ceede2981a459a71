"""The error for an e-mail that the mail server did not accept."""


class HandoverFailed(Exception):
    """The error for an e-mail that the mail server did not accept; ``error`` is the cause.

    ``error`` is the exception of the mail client.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(type(error).__name__)
        self.error = error
