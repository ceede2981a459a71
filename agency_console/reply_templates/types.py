"""Frozen data of templates, for pages and the composer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agency_console.reply_templates.enums import TemplateAct, Variable
from shared.complaints.enums import PROMISES, Language, Outcome

PARTS = ("facts", "rule", "decision", "remedy", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTexts:
    """The texts of a template: the parts of a reply, or the body of a question or message.

    ``promised_days``: days from the reply to the promised day; 0 if the decision is carried out
    already, ``None`` if the officer chooses the day.
    """

    outcome: Outcome | None = None
    promised_days: int | None = None
    facts: str = ""
    rule: str = ""
    decision: str = ""
    remedy: str = ""
    body: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """Return a dict: name of a text -> text, including blank texts."""
        return {name: getattr(self, name) for name in PARTS}

    @property
    def is_complete(self) -> bool:
        """Return whether the outcome is set, and the promised day if the outcome needs a day."""
        if self.outcome is None:
            return False
        return self.outcome not in PROMISES or self.promised_days is not None

    def promised_on(self, *, on: date) -> date | None:
        """Return the promised day of a reply that is sent on the day ``on``, or ``None``."""
        if self.outcome not in PROMISES or not self.promised_days:
            return None
        return on + timedelta(days=self.promised_days)

    @property
    def is_done(self) -> bool:
        """Return whether the reply says that the decision is carried out already."""
        return self.outcome in PROMISES and self.promised_days == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDraft(TemplateTexts):
    """The texts of a template with its name, act and language."""

    name: str
    act: TemplateAct
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInfo(TemplateDraft):
    """One template in a list of templates."""

    id: int
    uses: int
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDetail(TemplateInfo):
    """One template with its texts, and the time and author of its last change."""

    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateGroup:
    """The templates of one act in one language."""

    act: TemplateAct
    language: Language
    templates: tuple[TemplateInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseValues:
    """The values of a case for a template, in the language of the case; blank if missing.

    ``citizen_name`` is blank unless the citizen gave the agency their name.
    """

    language: Language
    reference: str
    subject: str
    received_on: date
    officer: str
    citizen_name: str = ""
    category: str = ""
    organisation: str = ""
    due_on: date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledTemplate(TemplateTexts):
    """The texts of a template for one case.

    ``missing``: the variables for which the case has no value. Texts with such a variable must not
    be sent.
    """

    template_id: int
    missing: tuple[Variable, ...] = ()
