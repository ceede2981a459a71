"""Functions that fill templates with values of a case, and find variables left in a text."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _, gettext_lazy, override, pgettext_lazy

from agency_console.reply_templates.enums import Variable
from agency_console.reply_templates.errors import TemplateNotFound
from agency_console.reply_templates.selectors import template_detail
from agency_console.reply_templates.types import CaseValues, FilledTemplate, TemplateTexts
from shared.complaints.enums import Language, Outcome
from shared.complaints.presenters import reply_text
from shared.complaints.types import ReplyDraft
from shared.kernel import clock
from shared.kernel.references import reference_group
from shared.ui.dates import day_text
from shared.ui.types import SummaryRow

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Matches from two opening braces to two closing braces, or else to the end of the line.
_BRACED = re.compile(r"\{\{[^\n]*?(?:\}\}|$)|\}\}", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}", re.ASCII)
# Unicode isolates keep the order of a reference or a name in a text of the other direction.
_LEFT_TO_RIGHT, _FIRST_STRONG, _END = "\u2066", "\u2068", "\u2069"
MAX_SHOWN = 40
PART_LABELS: "Mapping[str, _StrPromise]" = {
    "facts": gettext_lazy("What we found"),
    "rule": gettext_lazy("The rule that applies"),
    "decision": gettext_lazy("Our decision"),
    "remedy": gettext_lazy("What will be done"),
    "body": pgettext_lazy("of a template", "Text"),
}


def unfilled_variables(text: str) -> list[str]:
    """Return each double brace left in a text, with its content, once.

    A text with double braces must not be sent.
    """
    return list(dict.fromkeys(one[:MAX_SHOWN] for one in _BRACED.findall(text)))


def unknown_variables(text: str) -> list[str]:
    """Return the words in double braces that are not the name of a variable."""
    return [one for one in unfilled_variables(text) if _variable(one) is None]


def texts_fill(texts: TemplateTexts, values: CaseValues, *, template_id: int) -> FilledTemplate:
    """Return the texts with a case's values; a variable without a value stays in the text."""
    shown = _shown(values)
    missing: dict[Variable, None] = {}

    def replaced(found: re.Match[str]) -> str:
        variable = _variable(found[0])
        if variable is None:
            return found[0]
        if not shown[variable]:
            missing[variable] = None
            return variable.placeholder
        return shown[variable]

    # Each text is replaced in one pass, so that braces in a case's subject are no variable.
    parts = {name: _VARIABLE.sub(replaced, text) for name, text in texts.parts.items()}
    return FilledTemplate(
        template_id=template_id,
        outcome=texts.outcome,
        promised_days=texts.promised_days,
        missing=tuple(missing),
        **parts,
    )


def template_fill(template_id: int, values: CaseValues) -> FilledTemplate:
    """Return the texts of a template in use, for one case. Raises ``TemplateNotFound``."""
    detail = template_detail(template_id=template_id)
    if not detail.is_active:
        raise TemplateNotFound(str(template_id))
    return texts_fill(detail, values, template_id=template_id)


def sample_values(language: Language) -> CaseValues:
    """Return the values of an invented case, to preview a template."""
    with override(language):
        return CaseValues(
            language=language,
            reference="3433090617480125",
            subject=_("No light in our street since Monday"),
            received_on=date(2026, 3, 2),
            due_on=date(2026, 5, 1),
            officer=_("Samira Alaoui"),
            citizen_name=_("Ahmed Bennani"),
            category=_("Public lighting"),
            organisation=_("Municipality of the example"),
            unit=_("Roads and lighting"),
        )


def part_rows(texts: TemplateTexts) -> list[SummaryRow]:
    """Return the texts that are not blank, with their headings."""
    return [
        SummaryRow(label=str(PART_LABELS[name]), value=text, is_free_text=True)
        for name, text in texts.parts.items()
        if text
    ]


def citizen_text(
    texts: TemplateTexts, *, language: str, is_second: bool = False, on: date | None = None
) -> str:
    """Return the texts as the citizen reads them: the parts of a reply under their headings.

    ``on``: the day of the reply, by default today.
    """
    if texts.body:
        return texts.body
    draft = ReplyDraft(
        outcome=texts.outcome or Outcome.EXPLAINED,
        facts=texts.facts,
        rule=texts.rule,
        decision=texts.decision,
        remedy=texts.remedy,
        promised_on=texts.promised_on(on=on or clock.today()),
        is_done=texts.is_done,
    )
    return reply_text(draft=draft, language=language, is_second=is_second)


def _variable(braced: str) -> Variable | None:
    found = _VARIABLE.fullmatch(braced)
    return Variable(found[1]) if found and found[1] in Variable.values else None


def _shown(values: CaseValues) -> Mapping[Variable, str]:
    def day(value: date | None) -> str:
        return day_text(value, language=values.language) if value else ""

    def name(text: str) -> str:
        return f"{_FIRST_STRONG}{text}{_END}" if text else ""

    reference = f"{_LEFT_TO_RIGHT}{reference_group(values.reference)}{_END}"
    return {
        Variable.REFERENCE: reference,
        Variable.SUBJECT: name(values.subject),
        Variable.CITIZEN_NAME: name(values.citizen_name),
        Variable.CATEGORY: name(values.category),
        Variable.ORGANISATION: name(values.organisation),
        Variable.RECEIVED_ON: day(values.received_on),
        Variable.DUE_ON: day(values.due_on),
        Variable.OFFICER: name(values.officer),
        Variable.UNIT: name(values.unit),
    }
