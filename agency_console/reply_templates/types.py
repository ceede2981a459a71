"""Frozen data of templates, for pages and the composer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agency_console.reply_templates.enums import TemplateAct, Variable
from shared.complaints.enums import PROMISES, Language, Outcome

PARTS = ("facts", "rule", "decision", "remedy", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateTexts:
    """The texts of a template: the parts of a reply, or the one text of a question or message.

    ``promised_days``: from the reply to the day by which its decision is carried out; 0 where it is
    done already, ``None`` where the officer chooses. Only replies that uphold name a day.
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
        """The texts by their names, blank ones as well."""
        return {name: getattr(self, name) for name in PARTS}

    @property
    def is_complete(self) -> bool:
        """Whether the outcome is set, and the time of the remedy if the outcome upholds."""
        if self.outcome is None:
            return False
        return self.outcome not in PROMISES or self.promised_days is not None

    def promised_on(self, *, on: date) -> date | None:
        """Return the day that a reply of the day ``on`` promises; ``None`` if none."""
        if self.outcome not in PROMISES or not self.promised_days:
            return None
        return on + timedelta(days=self.promised_days)

    @property
    def is_done(self) -> bool:
        """Whether the reply says that everything is done already."""
        return self.outcome in PROMISES and self.promised_days == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDraft(TemplateTexts):
    """The texts of a template with its name, act and language."""

    name: str
    act: TemplateAct
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInfo(TemplateDraft):
    """One template in a list to choose from."""

    id: int
    uses: int
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDetail(TemplateInfo):
    """One template with its texts, and who changed it last."""

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

    ``citizen_name`` is blank unless the agency was given the name.
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

    ``missing``: the variables for which the case has no value. They are still in the texts, which
    must not be sent.
    """

    template_id: int
    missing: tuple[Variable, ...] = ()
