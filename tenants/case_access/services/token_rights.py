"""What the page of a request needs of the token that opened it, by one reading of that token."""

from dataclasses import asdict

from tenants.case_access.services.printed_codes import is_code_replaceable, printed_code_uses_of
from tenants.case_access.services.routes import email_state
from tenants.case_access.services.tokens import token_detail_of, token_find
from tenants.case_access.types import TokenRights


def token_rights_get(*, token: str) -> TokenRights:
    """Return what a token opens and allows, and what the page says of its code and its address.

    One query, and another one where an officer has printed the code. Raises ``TokenNotFound``.
    """
    found = token_find(token)
    return TokenRights(
        **asdict(token_detail_of(found)),
        email=email_state(found.route),
        may_replace_code=is_code_replaceable(found),
        printed_code_uses=printed_code_uses_of(route=found.route),
    )
