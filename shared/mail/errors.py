"""What can go wrong with an e-mail."""


class HandoverFailed(Exception):
    """The mail server did not take an e-mail, or the way there was closed; ``error`` says how."""

    def __init__(self, error: OSError) -> None:
        super().__init__(type(error).__name__)
        self.error = error
