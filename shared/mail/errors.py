"""Error of handing over an e-mail."""


class HandoverFailed(Exception):
    """The mail server refused an e-mail or did not answer; ``error`` is the cause."""

    def __init__(self, error: OSError) -> None:
        super().__init__(type(error).__name__)
        self.error = error
