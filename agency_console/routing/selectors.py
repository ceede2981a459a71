"""Selectors of routing rules and dry runs for their pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agency_console.access.selectors import case_url
from agency_console.routing.types import (
    CaseExample,
    Choices,
    DryRunChoice,
    DryRunMove,
    DryRunPage,
    DryRunRule,
    RuleLine,
    RulePart,
)
from agency_console.units.selectors import (
    category_names,
    organisation_names_of,
)
from shared.accounts.enums import Role
from shared.accounts.selectors import officers, staff_list
from shared.complaints.enums import Channel, Kind, Language
from shared.complaints.selectors.routing_dry_run import dry_run
from shared.complaints.types.case_routing import DryRun
from shared.kernel import clock
from shared.routing.enums import Target
from shared.routing.selectors import routing_table, rules
from shared.routing.types import RoutingTable, RuleDraft, RuleInfo, rule_before
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.units.selectors import (
    absent_until,
    officers_able_to_answer,
    unit_members,
    unit_scopes,
    units,
)
from shared.units.types import UnitInfo, UnitScope, unit_in_use_of
from tenants.agencies.selectors import agency_info
from tenants.models import Agency


def rule_lines(*, agency: Agency) -> list[RuleLine]:
    """Return all rules in words with their warnings; the number of queries is constant."""
    found = rules()
    names, office = _Names.of(agency), _Office.now()
    return [
        RuleLine(
            rule=rule,
            number=number,
            occasions=tuple(str(one.label) for one in rule.draft.occasions),
            parts=names.parts(rule.draft),
            unit=names.unit(rule.draft.unit_id),
            target=_target_text(rule.draft, names),
            warnings=(
                *_dead_warnings(rule, found),
                *_warnings(rule.draft, names, office),
            ),
            is_first=number == 1,
            is_last=number == len(found),
        )
        for number, rule in enumerate(found, start=1)
    ]


def officer_choices() -> Choices:
    """Return the officers to whom a rule may assign every case, sorted by name."""
    return [(str(one.pk), one.name) for one in officers()]


def dry_run_page(*, agency: Agency, choice: DryRunChoice) -> DryRunPage:
    """Return what the rules would have done with the cases of the chosen period."""
    until = clock.now()
    # The number is the place in the list of all rules, because the dry run may skip rules.
    numbered = [
        (number, rule)
        for number, rule in enumerate(rules(), start=1)
        if rule.is_active or choice.has_inactive
    ]
    found = tuple(rule for _number, rule in numbered)
    table = RoutingTable(rules=found, units=routing_table().units)
    tried = dry_run(table=table, since=until - timedelta(days=choice.days), until=until)
    names = _Names.of(agency)
    moves = tuple(
        DryRunMove(
            from_unit=names.unit(one.from_id),
            to_unit=names.unit(one.to_id),
            cases=one.cases,
            examples=_examples(one.examples),
        )
        for one in tried.moves
    )
    return DryRunPage(
        run=tried,
        reopened=tried.occasions - tried.examined,
        rules=_tried_rules(numbered, tried),
        moves=moves,
        moved=sum(one.cases for one in moves),
        unmatched_examples=_examples(tried.unmatched_examples),
        officers=tuple((names.person(pk), number) for pk, number in tried.officers.items()),
    )


def _tried_rules(numbered: Sequence[tuple[int, RuleInfo]], tried: DryRun) -> tuple[DryRunRule, ...]:
    names: dict[UUID | None, str] = {rule.id: rule.draft.name for _number, rule in numbered}
    tallies = tried.rules
    return tuple(
        DryRunRule(
            number=number,
            rule=rule,
            tally=tallies[rule.id],
            hidden_by=names.get(tallies[rule.id].hidden_by, ""),
            dead_behind=_name_before(rule, [one for _number, one in numbered]),
            examples=_examples(tallies[rule.id].examples),
        )
        for number, rule in numbered
    )


def _name_before(rule: RuleInfo, found: Sequence[RuleInfo]) -> str:
    # ``rule_before`` ignores inactive rules, but a dry run may include these rules.
    before = rule_before([replace(one, is_active=True) for one in found], rule)
    return before.draft.name if before else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    agency: str
    units: Mapping[int, UnitInfo]
    people: Mapping[int, str]
    categories: Mapping[str, str]
    organisations: Mapping[str, str]

    @classmethod
    def of(cls, agency: Agency) -> "_Names":
        """Return the names of units, people, categories and bodies of this agency; two queries."""
        return cls(
            agency=agency_info(agency).name(page_language()),
            units={one.id: one for one in units()},
            people={one.pk: one.name for one in staff_list()},
            categories=category_names(),
            organisations=organisation_names_of(agency),
        )

    def unit(self, unit_id: int | None) -> str:
        found = self.units.get(unit_id or 0)
        return found.names.text(page_language()) if found else self.agency

    def person(self, user_id: int | None) -> str:
        return self.people.get(user_id or 0, "")

    def parts(self, draft: RuleDraft) -> tuple[RulePart, ...]:
        """Return the conditions of a rule that have values."""
        found = (
            (_("Kind"), [str(Kind(one).label) for one in draft.kinds]),
            (_("Category"), [self.categories.get(one, one) for one in draft.category_codes]),
            (
                _("Organisation"),
                [self.organisations.get(one, one) for one in draft.organisation_codes],
            ),
            (_("Language"), [str(Language(one).label) for one in draft.languages]),
            (_("Channel"), [str(Channel(one).label) for one in draft.channels]),
            (_("Place"), list(draft.places)),
            (_("Words in the request"), list(draft.words)),
        )
        return tuple(RulePart(label=label, values=tuple(those)) for label, those in found if those)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    able: Mapping[int, Role]
    absent: Mapping[int, date]
    members: Mapping[int, Iterable[int]]
    scopes: Mapping[int, UnitScope]

    @classmethod
    def now(cls) -> "_Office":
        able = list(officers_able_to_answer())
        return cls(
            able={one.pk: Role(one.role) for one in able},
            absent=absent_until(on=clock.today()),
            members=unit_members(),
            scopes=unit_scopes(users=able),
        )

    def is_attended(self, unit_id: int | None) -> bool:
        """Return whether cases of the unit can be assigned to an officer who is not absent."""
        if unit_id is None:
            without = set(self.able) - set(self.members)
            return any(self.able[one] != Role.ADMINISTRATOR for one in without)
        return any(unit_id in self.members.get(one, ()) for one in self.able)


def _target_text(draft: RuleDraft, names: _Names) -> str:
    if draft.target == Target.OFFICER:
        return _("given to %(name)s") % {"name": f"\u2068{names.person(draft.officer_id)}\u2069"}
    return {
        Target.UNIT: _("nobody is assigned"),
        Target.IN_TURN: _("given to its officers in turn"),
        Target.LEAST_OPEN: _("given to the officer who has the fewest open cases"),
    }[draft.target]


def _dead_warnings(rule: RuleInfo, found: Sequence[RuleInfo]) -> Iterable[str]:
    if (before := rule_before(found, rule)) is not None:
        yield _(
            "This rule is never reached: “%(rule)s”, which stands before it, takes its cases."
        ) % {"rule": f"\u2068{before.draft.name}\u2069"}


def _warnings(draft: RuleDraft, names: _Names, office: _Office) -> Iterable[str]:
    unit_id = draft.unit_id
    parents = {one.id: one.parent_id for one in names.units.values()}
    active = {one.id for one in names.units.values() if one.is_active}
    here = unit_in_use_of(parents, active, unit_id=unit_id)
    if here != unit_id:
        yield _("This unit has been retired: cases go to %(unit)s, and nobody is assigned.") % {
            "unit": f"\u2068{names.unit(here)}\u2069"
        }
        return
    if draft.target == Target.OFFICER:
        yield from _officer_warnings(draft, names, office)
    elif draft.target != Target.UNIT and not office.is_attended(unit_id):
        yield _("No officer among whom cases are shared is present: nobody is assigned.")


def _officer_warnings(draft: RuleDraft, names: _Names, office: _Office) -> Iterable[str]:
    officer_id = draft.officer_id or 0
    values = {"name": f"\u2068{names.person(officer_id)}\u2069"}
    if officer_id in office.absent:
        values["day"] = day_text(office.absent[officer_id])
        yield _("%(name)s is absent until %(day)s: nobody is assigned until then.") % values
    elif officer_id not in office.able:
        yield _("%(name)s cannot sign in: nobody is assigned.") % values
    elif not office.scopes[officer_id].holds(draft.unit_id):
        yield _("%(name)s does not work for this unit any more: nobody is assigned.") % values


def _examples(references: Iterable[str]) -> tuple[CaseExample, ...]:
    return tuple(CaseExample(reference=one, url=case_url("show-case", one)) for one in references)
