"""What whoever has opened a request may do on its page, and what stands there beside the case."""

from tenants.case_access.services.printed_codes import may_take_new_code, printed_code_uses_of
from tenants.case_access.services.routes import email_state
from tenants.case_access.services.tokens import token_detail_of, token_find
from tenants.case_access.types import Visit


def visit_get(*, token: str) -> Visit:
    """All of it, by one reading of the token; a query more where an officer has printed the code.

    Raises ``TokenNotFound``.
    """
    found = token_find(token)
    return Visit(
        detail=token_detail_of(found),
        email=email_state(found.route),
        may_replace_code=may_take_new_code(found),
        printed_code_uses=printed_code_uses_of(route=found.route),
    )
