"""A complaint with an attachment, for the faults of files."""

import json
from contextlib import suppress

from drills.faults.browser import Browser
from drills.faults.load import Answer, Load, filing
from drills.faults.registry import LoadTrial
from tests.support.samples import PDF

BOUNDARY = "faults-boundary"


def file_with_attachment(
    load: Load, key: str, organisation: str, content: bytes = PDF, *, name: str = "letter.pdf"
) -> Answer:
    """File one complaint with a document."""
    parts = [
        b'Content-Disposition: form-data; name="complaint"\r\n\r\n' + filing(key, organisation),
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'.encode()
        + b"Content-Type: application/octet-stream\r\n\r\n"
        + content,
    ]
    mark = f"--{BOUNDARY}".encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return load.send(key, body, **{"Content-Type": kind})


class Case:
    """A filed case with an attachment, and the receipt code that opens the case for the citizen."""

    def __init__(self, trial: LoadTrial, port: int, answer: Answer) -> None:
        receipt = answer.content
        self.port = port
        self.reference = str(receipt["reference"])
        self.receipt_code = str(receipt["receipt_code"])
        for schema in trial.application.schemas():
            rows = trial.application.query(
                f"SELECT a.id, a.path FROM {schema}.complaints_attachment a"
                f" JOIN {schema}.complaints_complaint c ON c.id = a.complaint_id"
                " WHERE c.reference = %s",
                [self.reference],
            )
            if rows:
                self.schema = schema
                self.attachment, self.path = str(rows[0][0]), str(rows[0][1])
        self.citizen = Browser(port)

    def opened(self) -> Answer:
        """Open the case with its reference and receipt code; return the answer."""
        return self.citizen.post("/fr/track/", reference=self.reference, secret=self.receipt_code)

    def read_by_citizen(self) -> Answer:
        """Request the attachment as the citizen; return the answer."""
        return self.citizen.get(f"/fr/track/case/files/{self.attachment}/")


def error_codes(answer: Answer) -> list[str]:
    """Return the error codes of a REST answer."""
    with suppress(json.JSONDecodeError, KeyError, TypeError):
        return [str(one["code"]) for one in answer.content["errors"]]
    return []
