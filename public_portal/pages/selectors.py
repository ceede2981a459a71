"""Queries for the pages of the citizens' site."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, override
from prometheus_client import CollectorRegistry

from public_portal.pages.types import (
    AskedTopic,
    BodyPage,
    Branch,
    CountedLink,
    Headline,
    KindLink,
    ListedOrganisation,
    ListedSearch,
    ListedTopic,
    OrganisationGroup,
    Readiness,
)
from shared.directory.enums import OrganisationKind
from shared.directory.models import Organisation
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import (
    commune_counts,
    organisation_counts,
    organisation_get,
    organisation_path,
    organisation_roots,
    organisations_below,
)
from shared.directory.selectors.topic_search import finder_search
from shared.directory.types import OrganisationInfo, TopicHit
from shared.figures.refusals import is_mostly_refused
from shared.figures.small_cell_suppression import MIN_CELL
from shared.kernel import clock
from shared.kernel.groups import grouped
from shared.register.enums import Measure
from shared.register.presenters.lines import figure_sections, whole_group
from shared.register.selectors.disclosure_control import OF_REFUSALS
from shared.register.selectors.figures import cohort_figures, measures_withheld
from shared.register.services import figures_published
from shared.register.types import CohortFigures, FigureScope
from shared.ui.templatetags.ui import asset
from tenants.agencies.selectors import recipient_agencies
from tenants.agencies.types import RecipientAgency
from tenants.billing.enums import EventState
from tenants.billing.models import StripeEvent
from tenants.fleet.services.health.prometheus_metrics import fleet_registry
from tenants.fleet.services.health.summary import health_summary
from tenants.isolation.checks import clock_is_right
from tenants.isolation.cluster import node_states

MOST_LISTED = 200
LASTING_PAGES = (
    "pages:home",
    "intake:start",
    "tracking:start",
    "statistics:show-national",
    "knowledge_base:list-articles",
    "pages:organisations",
    "pages:about",
    "pages:accessibility",
    "pages:privacy",
    "workspace_requests:show-offer",
    "workspace_requests:show-terms",
)
WORKER = "ui/js/worker.js"
# The static files of the page that a device without a connection shows.
OFFLINE_FILES = (
    "ui/css/tokens.css",
    "ui/css/base.css",
    "ui/css/layout.css",
    "ui/css/components.css",
    "ui/css/citizen.css",
    "ui/img/favicon.svg",
    "ui/js/connection.js",
)
KINDS = {
    OrganisationKind.MINISTRY: gettext_lazy("Ministries"),
    OrganisationKind.INSTITUTION: gettext_lazy("Public institutions"),
    OrganisationKind.REGION: gettext_lazy("Regions"),
    OrganisationKind.PREFECTURE: gettext_lazy("Prefectures"),
    OrganisationKind.PROVINCE: gettext_lazy("Provinces"),
    OrganisationKind.COMMUNE: gettext_lazy("Communes"),
    OrganisationKind.ARRONDISSEMENT: gettext_lazy("Districts of cities"),
    OrganisationKind.OTHER: gettext_lazy("Other bodies"),
}
# The share of refusals must be beside the share of replies in time, because an agency that refuses
# every request at once is always in time.
HEADLINE = (
    Measure.RECEIVED,
    Measure.IN_TIME,
    Measure.REFUSED,
    Measure.REFUSED_REVERSED,
    Measure.OPEN,
)


def organisations_with_agency(
    *, text: str, kind: str | None, parent: str | None, language: str
) -> ListedSearch:
    """Return the organisations (with their agencies) and the topics that a search finds.

    The best match comes first. The function makes four queries.
    """
    found = finder_search(text=text, language=language, kind=kind, parent=parent, limit=MOST_LISTED)
    recipients = recipient_agencies(organisation_codes=[hit.code for hit in found.hits])
    results = [
        ListedOrganisation(
            code=hit.code,
            kind=hit.kind,
            names=hit.names,
            accepts=hit.accepts,
            recipient=recipients.get(hit.code) if hit.accepts else None,
        )
        for hit in found.hits
    ]
    topics = [
        ListedTopic(
            code=topic.code,
            labels=topic.labels,
            kinds=topic.kinds,
            organisation=topic.organisation_code or None,
        )
        for topic in found.topics
    ]
    return ListedSearch(results=results, topics=topics)


def asked_topics(topics: Iterable[TopicHit]) -> list[AskedTopic]:
    """Return ``topics``, which need a place, with a link for each kind of body of a topic."""
    browse = reverse("pages:organisations")
    return [
        AskedTopic(
            label=topic.label,
            question=topic.question,
            links=[
                KindLink(label=str(KINDS[OrganisationKind(kind)]), url=f"{browse}?kind={kind}")
                for kind in topic.kinds
            ],
        )
        for topic in topics
    ]


def kind_links() -> list[CountedLink]:
    """Return a link for each kind of organisation, with the count of its organisations."""
    browse = reverse("pages:organisations")
    return [
        CountedLink(
            label=str(KINDS[OrganisationKind(kind)]), url=f"{browse}?kind={kind}", count=count
        )
        for kind, count in organisation_counts().items()
    ]


def region_links(*, language: str) -> list[CountedLink]:
    """Return a link for each region, with the count of its communes."""
    counts = commune_counts()
    return [
        CountedLink(
            label=region.name(language),
            url=reverse("pages:organisation", args=[region.code]),
            count=counts.get(region.code, 0),
        )
        for region in organisation_roots()
        if region.kind == OrganisationKind.REGION
    ]


def branch(*, kind: str, region: str, language: str) -> Branch:
    """Return the heading of a list of organisations, and for all communes a link for each region.

    Raises ``OrganisationNotFound``.
    """
    browse = reverse("pages:organisations")
    within = organisation_get(code=region).name(language) if region else ""
    narrower = commune_counts() if kind == OrganisationKind.COMMUNE and not region else {}
    return Branch(
        title=str(KINDS[OrganisationKind(kind)]) if kind else within,
        region_name=within if kind else "",
        regions=[
            CountedLink(
                label=one.name(language),
                url=f"{browse}?kind={kind}&region={one.code}",
                count=narrower[one.code],
            )
            for one in organisation_roots()
            if one.code in narrower
        ],
    )


def body_page(*, code: str, language: str) -> BodyPage:
    """Return the data for the page of an organisation. Raises ``OrganisationNotFound``."""
    info = organisation_get(code=code)
    recipients = recipient_agencies(organisation_codes=[code, ORIENTATION])
    recipient = recipients.get(code)
    below = organisations_below(kind="", top=code, language=language).filter(parent__code=code)
    return BodyPage(
        info=info,
        kind=str(OrganisationKind(info.kind).label),
        above=organisation_path(code=code),
        handles=info.handles.text(language),
        refusal=info.refusal.text(language),
        recipient=recipient,
        orientation_code=ORIENTATION if ORIENTATION in recipients else "",
        groups=_grouped(below),
        # If nobody accepts requests about the organisation, there are no figures about it.
        headline=_body_headline(info, recipient) if recipient and info.accepts else None,
    )


def national_headline() -> Headline:
    """Return the published figures of all administrations for the home page (twelve months)."""
    return _headline(
        title=_("How the administrations answer"),
        figures=figures_published().figures,
        url=reverse("statistics:show-national"),
    )


def _body_headline(info: OrganisationInfo, recipient: RecipientAgency) -> Headline:
    """Return the figures of an organisation's agency, or of the requests about the organisation.

    The figures of the agency are used only if the organisation has an agency of its own.
    """
    agency = recipient.agency
    scope = replace(FigureScope.usual(clock.today()), agency_code=agency.code)
    if info.agency_code:
        return _headline(
            title=_("How this administration answers"),
            figures=cohort_figures(scope=scope, as_of=clock.now()),
            withheld=measures_withheld(scope=scope, as_of=clock.now()),
            url=reverse("statistics:show-agency", args=[agency.code]),
        )
    scope = replace(scope, organisation_code=info.code)
    # Refusals are left out for an organisation that shares an agency, because small counts could
    # be computed from the figures of the agency's other organisations.
    return _headline(
        title=_("Requests about this body"),
        figures=cohort_figures(scope=scope, as_of=clock.now()),
        withheld=OF_REFUSALS,
    )


def _headline(
    *, title: str, figures: CohortFigures, url: str = "", withheld: Collection[Measure] = ()
) -> Headline:
    lines = whole_group(figure_sections(figures, published=True, withheld=withheld)).by_measure
    # Figures of fewer than ``MIN_CELL`` requests could reveal something about a person.
    few = figures.counts.received < MIN_CELL
    refused = lines.get(Measure.REFUSED)
    if refused and refused.value is None and is_mostly_refused(figures.counts.refusals.refused):
        lines[Measure.REFUSED] = replace(refused, note=_("More than half were refused"))
    return Headline(
        title=title,
        scope=figures.scope,
        as_of=figures.as_of,
        lines=() if few else tuple(lines[measure] for measure in HEADLINE),
        url=url,
    )


def _grouped(bodies: Iterable[Organisation]) -> list[OrganisationGroup]:
    found = grouped((body.kind, body) for body in bodies)
    return [
        OrganisationGroup(label=str(label), organisations=found[kind])
        for kind, label in KINDS.items()
        if kind in found
    ]


def sitemap_paths() -> list[str]:
    """Return the path of every permanent page in every language."""
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found += [reverse(name) for name in LASTING_PAGES]
    return found


def worker_source() -> str:
    """Return the source of the service worker, with the list of cached files and a version.

    The version changes with the source or the list; a device then deletes its cache.
    """
    own = (Path(settings.BASE_DIR) / "shared" / "ui" / "static" / WORKER).read_text()
    files = json.dumps([reverse("offline"), *(asset(name) for name in OFFLINE_FILES)])
    version = sha256(f"{files}{own}".encode()).hexdigest()[:12]
    return f'const FILES = {files};\nconst VERSION = "{version}";\n{own}'


def fleet_state() -> CollectorRegistry:
    """Return the Prometheus gauges of all agencies and of the database's state."""
    try:
        return fleet_registry(
            health=health_summary(),
            dead_letters=StripeEvent.objects.filter(state=EventState.DEAD).count(),
            nodes=node_states(),
        )
    except DatabaseError:
        return fleet_registry(health=None, dead_letters=0, nodes=[])


def readiness() -> Readiness:
    """Return whether the database and its nodes answer, and its migrations and time are right.

    ``migrations``: all are applied. ``clock``: the database and this server have the same time.
    If the database does not answer, the time is reported as right.
    """
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        clock_agrees = clock_is_right()
        nodes = tuple(one.silent_seconds is None for one in node_states())
    except DatabaseError:
        return Readiness(database=False, migrations=False, clock=True)
    return Readiness(
        database=True,
        migrations=_known_migrations() <= applied,
        clock=clock_agrees,
        nodes=nodes,
    )


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())
