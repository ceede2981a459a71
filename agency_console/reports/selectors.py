"""The agency's own figures: of a period from the register, of this moment from the inbox."""

from django.urls import reverse
from django.utils.translation import gettext as _, pgettext

from shared.accounts.models import User
from shared.complaints.selectors import InterimTally, inbox_counts, interim_tally
from shared.kernel import clock
from shared.register.presenters.lines import sheet
from shared.register.selectors.figures import cohort_figures, monthly_received_and_replied
from shared.register.types import FigureScope, FiguresDetail
from shared.ui.types import NavItem
from shared.units.selectors import unit_scope

# More than an agency has open cases.
MAX_COUNTED = 1_000_000


def agency_figures(*, scope: FigureScope, months_csv: str) -> FiguresDetail:
    """The figures of the public page, small counts included: staff know these cases anyway."""
    return sheet(
        cohort_figures(scope=scope, as_of=clock.now()),
        monthly_received_and_replied(scope=scope),
        published=False,
        months_csv=months_csv,
    )


def interim_figures(*, scope: FigureScope, reader: User) -> InterimTally:
    """The interim replies sent in a period, in the cases that the reader may see."""
    return interim_tally(
        first=scope.date_from,
        last=scope.date_to,
        kind=scope.kind,
        scope=unit_scope(user=reader),
        user_id=reader.pk,
    )


def current_figures(*, officer: User) -> list[NavItem]:
    """Return the current numbers of the cases that an officer may see, each with its list."""
    labels = {
        "overdue": _("Past the legal deadline"),
        "escalated": pgettext("cases", "Escalated"),
        "unassigned": _("Unassigned"),
        "awaiting": _("Waiting for the citizen"),
        "open": _("All open"),
    }
    counts = inbox_counts(
        user_id=officer.pk,
        today=clock.today(),
        scope=unit_scope(user=officer),
        views=list(labels),
        at_most=MAX_COUNTED,
    )
    return [
        NavItem(
            label=label,
            count=counts[view].number,
            is_more=counts[view].is_more,
            url=f"{reverse('inbox:list-cases')}?view={view}",
        )
        for view, label in labels.items()
    ]
