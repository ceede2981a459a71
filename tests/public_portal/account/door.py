"""A citizen at the door of their account, as a browser shows it."""

import re
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.test import Client

from shared.accounts.models import User
from shared.mail.models import Mail


@dataclass
class Account:
    """One browser with its cookies, and the mailbox of one person."""

    client: Client
    email: str
    language: str = "en"

    def url(self, path: str = "") -> str:
        """The address of a page of the account."""
        return f"/{self.language}/account/{path}"

    def see(self, path: str = "", **query: str | int) -> HttpResponseBase:
        """Open a page."""
        return self.client.get(self.url(path), query)

    def do(self, path: str, **data: str) -> HttpResponseBase:
        """Send a form."""
        return self.client.post(self.url(path), data)

    def ask(self, email: str = "", **data: str) -> HttpResponseBase:
        """Ask for a code at the door."""
        return self.do("sign-in/", email=email or self.email, **data)

    def code(self, email: str = "") -> str:
        """The code of the latest letter."""
        return codes(email or self.email)[-1]

    def sign_in(self, **data: str) -> HttpResponseBase:
        """Ask for a code and type it in."""
        self.ask(**data)
        return self.do("code/", code=self.code())

    def open(self, name: str = "Nadia") -> User:
        """Sign in for the first time."""
        self.sign_in()
        self.do("begin/", name=name, language="en", consent="on")
        return self.user()

    def prove(self) -> HttpResponseBase:
        """Type in one more code."""
        self.do("prove/")
        return self.do("code/", code=self.code())

    def user(self) -> User:
        """The row of the account."""
        return User.objects.get(email=self.email)

    def is_in(self) -> bool:
        """Whether the account is open in this browser."""
        return self.see().status_code == 200


def codes(email: str) -> list[str]:
    """Every code that was mailed to an address, oldest first."""
    letters = Mail.objects.filter(to=email, letter="account_code").order_by("id")
    return [letter.context["code"] for letter in letters]


def letters_to(email: str) -> list[str]:
    """The kinds of letters to an address, oldest first."""
    return list(Mail.objects.filter(to=email).order_by("id").values_list("letter", flat=True))


def text(page: HttpResponseBase) -> str:
    """What a page says, without its tokens."""
    html = page.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def errors(page: HttpResponseBase) -> list[str]:
    """The lines of the summary of errors."""
    summary = re.search(r'class="error-summary".*?</ul>', page.content.decode(), re.DOTALL)
    return re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", summary.group(0)) if summary else []
