"""Selectors of bodies, consent texts, the summary to check and the receipt of assisted filing."""

from dataclasses import replace

from django.utils.translation import gettext as _, override

from agency_console.assisted_filing.types import (
    Body,
    BodyChoice,
    ConsentText,
    CounterReceipt,
)
from shared.catalogue.presenters import details_in_words
from shared.catalogue.selectors import categories_for
from shared.catalogue.types import Details
from shared.complaints.enums import Channel, Kind, Language
from shared.complaints.types import ComplaintDraft
from shared.directory.errors import OrganisationNotFound
from shared.directory.selectors.organisations import (
    organisation_get,
    organisation_label,
    organisations_of_agency,
)
from shared.directory.selectors.topic_search import finder_search
from shared.ui.dates import day_text
from shared.ui.links import OWN_NAMES, portal_url
from shared.ui.types import SummaryRow
from tenants.agencies.errors import NoAgencyForOrganisation, OrganisationNotServed
from tenants.agencies.selectors import (
    agency_for_organisation,
    agency_info,
    answers_orientation,
    recipient_agencies,
)
from tenants.case_access.gateway import receipt_get
from tenants.case_access.presenters import receipt_entries, receipt_mail_note
from tenants.models import Agency

MAX_FOUND = 12


def body_choices(*, agency: Agency, words: str, language: str) -> list[BodyChoice]:
    """Return the bodies found by ``words``, the agency's first; without words, the agency's."""
    if not words:
        own = organisations_of_agency(agency_code=agency.code)
        return [
            BodyChoice(
                code=one.code, name=one.name(language), hint="", is_own=True, accepts=one.accepts
            )
            for one in own
        ]
    hits = finder_search(text=words, language=language, limit=MAX_FOUND).hits
    recipients = recipient_agencies(organisation_codes=[hit.code for hit in hits])
    agencies = {code: one.agency for code, one in recipients.items()}
    found = [
        BodyChoice(
            code=hit.code,
            name=hit.name,
            hint=agencies[hit.code].name(language) if hit.code in agencies else "",
            is_own=hit.code in agencies and agencies[hit.code].code == agency.code and hit.accepts,
            accepts=hit.accepts,
        )
        for hit in hits
    ]
    return sorted(found, key=lambda one: not one.is_own)


def own_body(*, agency: Agency, code: str) -> Body:
    """Return a body that this agency answers for. Raises ``OrganisationNotFound``."""
    try:
        handler = agency_for_organisation(organisation_code=code)
    except (OrganisationNotServed, NoAgencyForOrganisation):
        raise OrganisationNotFound(code) from None
    if handler.code != agency.code:
        raise OrganisationNotFound(code)
    info = organisation_get(code=code)
    return Body(
        info=info, categories=categories_for(organisation_code=code, organisation_kind=info.kind)
    )


def consent_texts(*, agency: Agency) -> list[ConsentText]:
    """Return the consent text to read to the person, in each language of the portal."""
    return [_consent_text(agency, language) for language in Language.values]


def _consent_text(agency: Agency, language: str) -> ConsentText:
    with override(language):
        text = _(
            "I agree that an officer of %(agency)s files this request in my name, "
            "with the information and the contact details that I have given, and "
            "that the administration keeps them to answer me. With the receipt I can "
            "follow the request and withdraw it myself."
        ) % {"agency": agency_info(agency).name(language)}
    return ConsentText(language=language, name=str(OWN_NAMES[language]), text=text)


def assisted_summary_rows(
    *, draft: ComplaintDraft, details: Details, body: Body, language: str
) -> list[SummaryRow]:
    """Return the rows of the summary to check. Raises what ``details_in_words`` raises."""
    category = body.category(draft.category_code)
    questions = category.questions if category else ()
    # Each file name is on its own line, because it may be in another script than the page.
    names = "\n".join(file.name for file in draft.files)
    rows = [
        (_("How the person contacts you"), str(Channel(draft.channel).label)),
        (_("Kind of request"), str(Kind(draft.kind).label)),
        (_("Organisation"), body.info.name(language)),
        (_("What it is about"), category.name(language) if category else ""),
        (_("Subject"), draft.subject),
        (_("What happened"), draft.body),
        (_("When it happened"), day_text(draft.happened_on) if draft.happened_on else ""),
        (_("Place"), draft.place),
        *details_in_words(questions, details, language),
        *([(_("Photos, documents and recordings"), names)] if names else []),
        (_("What the person asks for"), draft.remedy),
        (_("Full name"), draft.party.name),
        (_("Telephone"), draft.party.phone),
        (_("E-mail address"), draft.party.email),
        (_("Language of the answer"), str(OWN_NAMES[draft.language])),
        (_("Agreement"), str(draft.assistance.consent.label) if draft.assistance else ""),
    ]
    return [
        SummaryRow(
            label=label,
            value=value or _("Not given"),
            is_free_text=bool(value) and value in (draft.body, draft.remedy, names),
        )
        for label, value in rows
    ]


def counter_receipt(
    *, reference: str, language: str, agency: Agency, has_code: bool
) -> CounterReceipt:
    """Return the receipt of a request that was just filed, in the person's ``language``."""
    receipt = receipt_get(reference=reference)
    is_orientation = answers_orientation(agency_code=agency.code)
    with override(language):
        name = agency_info(agency).name(language)
        return CounterReceipt(
            receipt=receipt if has_code else replace(receipt, receipt_code=""),
            language=language,
            agency=name,
            organisation=organisation_label(code=receipt.organisation_code, language=language),
            is_orientation=is_orientation,
            entries=receipt_entries(receipt=receipt, agency=name, is_orientation=is_orientation),
            mail_note=receipt_mail_note(receipt=receipt),
            address=f"{portal_url()}/{language}/track/",
        )
