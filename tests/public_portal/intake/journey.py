"""A citizen at the journey's pages, as a browser shows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from django.http.response import HttpResponseBase
from django.test import Client
from django.utils.translation import gettext, override

from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.services.drafts import form_draft_keep
from public_portal.intake.types import Answers
from shared.complaints.models import Complaint
from shared.kernel.references import reference_parse
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency

STEPS = {
    "kind": "",
    "organisation": "organisation/",
    "admissibility": "admissibility/",
    "story": "what-happened/",
    "circumstances": "when-and-where/",
    "wish": "what-you-ask/",
    "files": "files/",
    "privacy": "privacy/",
    "person": "about-you/",
}
BODY = "مصباح الزنقة رقم 12 معطل منذ شهر مارس والأطفال يسقطون في الظلام."
ANSWERS: dict[str, dict[str, str]] = {
    "kind": {"kind": "complaint"},
    "organisation": {"organisation": "roads"},
    "admissibility": {"declarations": "none"},
    "story": {
        "subject": "الإنارة العمومية",
        "body": BODY,
    },
    "circumstances": {
        "place": "حي السلام",
        "happened_on_day": "7",
        "happened_on_month": "مارس",
        "happened_on_year": "٢٠٢٥",
    },
    "wish": {"remedy": "إصلاح المصباح", "language": "ar"},
    "files": {},
    "privacy": {"privacy": "named"},
    "person": {
        "party_kind": "person",
        "name": "مواطن تجريبي",
        "email": "citizen@example.ma",
        "phone": "٠٦ ١٢ ٣٤ ٥٦ ٧٨",
    },
}
# What is kept of journeys that were walked without a refusal, by what was answered.
_WALKED: dict[str, Answers] = {}


@dataclass
class Citizen:
    """One browser with its cookies.

    One who ``remembers`` does not walk again, page by page, where a citizen has got without a
    refusal before; what was kept then is kept anew. For tests of what comes after.
    """

    client: Client
    language: str = "ar"
    answers: dict[str, dict[str, str]] = field(default_factory=lambda: {**ANSWERS})
    remembers: bool = False

    def url(self, step: str) -> str:
        """The address of a page of the journey."""
        return f"/{self.language}/submit/{STEPS.get(step, step)}"

    def see(self, step: str) -> HttpResponseBase:
        """Open a page."""
        return self.client.get(self.url(step))

    def answer(self, step: str, **changes: str) -> HttpResponseBase:
        """Answer one question, as usual or otherwise; what is refused is shown by GET."""
        return self.post(self.url(step), {**self.answers[step], **changes})

    def post(self, address: str, data: Mapping[str, object]) -> HttpResponseBase:
        """Send a form; what is refused is shown by the page to which the answer leads."""
        return self.client.post(address, data)

    def answer_all(self, until: str = "check/", /, **changes: dict[str, str]) -> None:
        """Answer every question before ``until``."""
        steps = list(STEPS)[: list(STEPS).index(until)] if until in STEPS else list(STEPS)
        given = [
            (self.language, one, {**self.answers[one], **changes.get(one, {})}) for one in steps
        ]
        is_new = self.remembers and not self._has_draft()
        known = [n for n in range(len(steps), 0, -1) if is_new and repr(given[:n]) in _WALKED]
        begun = known[0] if known else 0
        if begun:
            self._keep(_WALKED[repr(given[:begun])])
        for number, step in enumerate(steps[begun:], begun + 1):
            page = self.answer(step, **changes.get(step, {}))
            behind = [self.url(one) for one in steps[:number]]
            is_new &= page.status_code == 302 and page["Location"] not in behind
            if is_new:
                kept = form_draft_find(token=self.client.session["draft"])
                _WALKED[repr(given[:number])] = kept.answers

    def _has_draft(self) -> bool:
        return bool(self.client.cookies and self.client.session.get("draft"))

    def _keep(self, answers: Answers) -> None:
        session = self.client.session
        session["draft"] = form_draft_keep(token="", answers=answers)
        session.save()

    def send(self, **changes: str) -> HttpResponseBase:
        """Press the last button of the check page as it is now."""
        page = self.see("check/")
        return self.post(self.url("check/"), {**hidden(page), **changes})

    def file(self, **changes: dict[str, str]) -> HttpResponseBase:
        """The whole journey; returns the receipt page."""
        self.answer_all(**changes)
        return self.client.get(self.send()["Location"])


def hidden(page: HttpResponseBase) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', text(page))
    return {name: unescape(value) for name, value in found}


def text(page: HttpResponseBase) -> str:
    """The page as it came."""
    content: bytes = page.content
    return content.decode()


def reference_on(receipt: HttpResponseBase) -> str:
    """The reference in large figures on a receipt."""
    return reference_parse(re.findall(r'class="ref">([\d ]+)<', text(receipt))[0])


def receipt_code_on(receipt: HttpResponseBase) -> str:
    """The receipt code on a receipt."""
    code: str = re.findall(r'data-copy="(\d+)"', text(receipt))[1]
    return code


def values_on(page: HttpResponseBase) -> dict[str, str]:
    """What stands in the text fields of a page."""
    inputs = re.findall(
        r'<input type="(?:text|email|tel)" name="(\w+)"(?: value="(.*?)")?', text(page)
    )
    areas = re.findall(r'<textarea name="(\w+)".*?>\n(.*?)</textarea>', text(page), re.S)
    return {name: unescape(value) for name, value in [*inputs, *areas]}


def chosen_on(page: HttpResponseBase) -> list[str]:
    """The values of the radio buttons that are pressed."""
    return re.findall(r'<input type="radio" name="\w+" value="([\w-]+)"[^>]*checked', text(page))


def summary_on(page: HttpResponseBase) -> list[tuple[str, str]]:
    """The lines of the error summary: where they lead, what they say."""
    box = re.findall(r'<div class="error-summary".*?</div>', text(page), re.S)
    lines = re.findall(r'<li><a href="#(.*?)">(.*?)</a></li>', box[0]) if box else []
    return [(target, unescape(words)) for target, words in lines]


def errors_on(page: HttpResponseBase) -> list[str]:
    """What is said beside the fields."""
    found = re.findall(r'<div class="error-text".*?</div>', text(page), re.S)
    return [unescape(words) for box in found for words in re.findall(r"</span> (.*?)</p>", box)]


def filed_in(agency: Agency) -> list[Complaint]:
    """Every complaint of one agency, with its person, oldest first."""
    with agency_context(agency):
        return list(Complaint.objects.select_related("party").order_by("id"))


def in_arabic(words: str) -> str:
    """A sentence as the Arabic page says it."""
    with override("ar"):
        return gettext(words)
