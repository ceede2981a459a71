"""The rights of a tracking token, for the page of its request, with one query for the token."""

from dataclasses import asdict

from tenants.case_access.services.printed_codes import is_code_replaceable, printed_code_uses_of
from tenants.case_access.services.routes import email_state
from tenants.case_access.services.tokens import token_detail_of, token_find
from tenants.case_access.types import TokenRights


def token_rights_get(*, token: str) -> TokenRights:
    """Return a token's rights, with the request's printed-code uses and state of its address.

    A second query is made only if an officer has printed the code. Raises ``TokenNotFound``.
    """
    found = token_find(token)
    return TokenRights(
        **asdict(token_detail_of(found)),
        email=email_state(found.route),
        may_replace_code=is_code_replaceable(found),
        printed_code_uses=printed_code_uses_of(route=found.route),
    )
