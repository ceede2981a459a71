"""Every address of the REST interface, with every kind of token.

Its cells have five letters: GET, POST, PUT, PATCH, DELETE.
"""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.types import Receipt
from tests.all_forms.addresses import Address
from tests.all_forms.doors import Thing, columns, differences, matrix, rows_of
from tests.public_portal.tracking.visits import EMAIL, answer
from tests.support.factories import filed, filed_at_counter
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

HOST = "testserver"
DECIDING = {
    f"api-tracking-{act}" for act in ("rating", "reopen", "promise", "review", "withdraw", "object")
}
# ``write`` came by number and address, ``printed`` by a code that an officer has printed and no
# mailbox has confirmed, ``full`` by the receipt code; ``other`` is of another case.
EXPECTED = """
none made-up write printed full other
api-organisations     L5555 L5555 L5555 L5555 L5555 L5555
api-categories roads  L5555 L5555 L5555 L5555 L5555 L5555
api-categories absent 45555 45555 45555 45555 45555 45555
api-complaints        5L555 5L555 5L555 5L555 5L555 5L555
api-tracking          5L555 5L555 5L555 5L555 5L555 5L555
api-tracking-case     11111 15555 L5555 L5555 L5555 L5555
api-tracking-messages 11111 51555 5L555 5L555 5L555 5L555
api-tracking-files    11111 51555 5L555 5L555 5L555 5L555
api-tracking-rating   11111 51555 53555 53555 5L555 5L555
api-tracking-reopen   11111 51555 53555 53555 5L555 5L555
api-tracking-promise  11111 51555 53555 53555 5L555 5L555
api-tracking-part     11111 51555 5L555 5L555 5L555 54555
api-tracking-object   11111 51555 53555 53555 5L555 5L555
api-tracking-joined   11111 51555 54555 54555 54555 54555
api-tracking-review   11111 51555 53555 53555 5L555 5L555
api-tracking-withdraw 11111 51555 53555 53555 5L555 5L555
api-statistics        L5555 L5555 L5555 L5555 L5555 L5555
api-schema            L5555 L5555 L5555 L5555 L5555 L5555
api-docs              L5555 L5555 L5555 L5555 L5555 L5555
"""
SENT: dict[str, dict[str, object]] = {
    "api-tracking-messages": {"body": "It is still dark."},
    "api-tracking-rating": {"resolved": True, "handling": 5},
    "api-tracking-reopen": {"reason": "not_done", "body": "Nothing was done."},
    "api-tracking-promise": {"kept": True},
    "api-tracking-review": {"reason": "Both replies speak of another lamp, in another street."},
    "api-tracking-withdraw": {},
}


def things(reference: str, name: str) -> Callable[[Address], list[Thing]]:
    """A whole request to each address; the token says which case, whatever else is named."""

    def all_of(address: Address) -> list[Thing]:
        if not address.name.startswith("api-"):
            return []
        if address.parts:
            return [Thing(label=code, parts={"code": code}) for code in ("roads", "absent")]
        if address.name == "api-tracking-files":
            file = SimpleUploadedFile("photo.pdf", PDF, content_type="application/pdf")
            return [Thing(data={"file": file}, is_apart=name == "other")]
        data: dict[str, object] = {**SENT.get(address.name, {}), "reference": reference}
        is_apart = name == "other" or (address.name in DECIDING and name != "full")
        return [Thing(data=data, is_apart=is_apart, is_json=True)]

    return all_of


def token(receipt: Receipt, kind: KeyKind) -> str:
    """A token for a request."""
    value = EMAIL if kind == KeyKind.EMAIL else receipt.receipt_code
    return gateway.tracking_open(reference=receipt.reference, kind=kind, value=value).token


def test_what_each_token_does_at_every_address_of_the_rest_interface(roads, water):
    ours, theirs, at_counter = filed(roads), filed(water), filed_at_counter(roads)
    for one in (ours, at_counter):
        answer(roads, one.reference)
    tokens = {
        "made-up": "x" * 43,
        "write": token(ours, KeyKind.EMAIL),
        "printed": token(at_counter, KeyKind.RECEIPT),
        "full": token(ours, KeyKind.RECEIPT),
        "other": token(theirs, KeyKind.RECEIPT),
    }
    found = {}
    for name in columns(EXPECTED):
        bearer = {"authorization": f"Bearer {tokens[name]}"} if name in tokens else {}
        client = Client(headers={"host": HOST, **bearer})
        found[name] = matrix(
            HOST,
            client,
            things((at_counter if name == "printed" else ours).reference, name),
            lambda: rows_of(roads.schema_name),
            ("get", "post", "put", "patch", "delete"),
        )

    assert differences(EXPECTED, found) == {}
