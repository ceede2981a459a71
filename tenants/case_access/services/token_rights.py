"""The rights of a tracking token that the page of a request needs, by one read of the token."""

from dataclasses import asdict

from tenants.case_access.services.printed_codes import is_code_replaceable, printed_code_uses_of
from tenants.case_access.services.routes import email_state
from tenants.case_access.services.tokens import token_detail_of, token_find
from tenants.case_access.types import TokenRights


def token_rights_get(*, token: str) -> TokenRights:
    """Return the rights of a token, its printed code's uses and the state of its e-mail address.

    One query, and another one where an officer has printed the code. Raises ``TokenNotFound``.
    """
    found = token_find(token)
    return TokenRights(
        **asdict(token_detail_of(found)),
        email=email_state(found.route),
        may_replace_code=is_code_replaceable(found),
        printed_code_uses=printed_code_uses_of(route=found.route),
    )
