"""What people are told when the domain refuses: one table, for pages and REST alike.

By code and not by class: most refusals are defined above this package, which may not import them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared.kernel.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    TooManyAttempts,
    TryLater,
)
from shared.ui.file_messages import FILE_MESSAGES
from shared.ui.payment_messages import PAYMENT_MESSAGES
from shared.ui.sentences import WORKSPACES

MESSAGES: Mapping[str, Promise] = {
    # the kernel
    "refused": gettext_lazy("This cannot be done."),
    "not_found": gettext_lazy("There is nothing at this address."),
    "not_allowed": gettext_lazy("You are not allowed to do this."),
    "invalid": gettext_lazy("This value cannot be understood. Check it and try again."),
    "conflict": gettext_lazy("This cannot be done as things stand now."),
    "try_later": gettext_lazy("This is not possible just now. Try again in a few minutes."),
    "too_many_attempts": gettext_lazy("There were too many attempts. Wait a while and try again."),
    "invalid_reference": gettext_lazy(
        "This is not a reference that we gave. Read the number again: it has 16 digits, "
        "and one of them is wrong or missing."
    ),
    "invalid_receipt_code": gettext_lazy(
        "A receipt code has 16 digits. Read it again on your receipt."
    ),
    "invalid_phone": gettext_lazy(
        "Write a telephone number like 0612345678, or +33612345678 from abroad."
    ),
    "invalid_national_id": gettext_lazy(
        "Write the identity number as it stands on the card, like AB123456."
    ),
    "invalid_number": gettext_lazy(
        "Write a number of zero or more in digits, like 1500 or 1500.50, without any other sign."
    ),
    "invalid_day": gettext_lazy(
        "There is no such day. Write the day and the month as on a calendar, and the year in four "
        "digits, like 7 3 2026."
    ),
    "day_incomplete": gettext_lazy("Give the day, the month and the year, or leave all three out."),
    "hijri_day": gettext_lazy(
        "This is a day of the Hijri calendar. Write it as in the civil calendar: "
        "the years 1447 and 1448 of the Hijra fall in 2026."
    ),
    "day_too_early": gettext_lazy("Write a day after the year 1900."),
    "day_in_future": gettext_lazy("This day has not come yet. Write the day on which it happened."),
    **FILE_MESSAGES,
    "draft_gone": gettext_lazy(
        "Your answers were sent or deleted meanwhile, so the file was not added."
    ),
    "files_changed": gettext_lazy(
        "Your files have changed since. Look at your answers again, then send."
    ),
    "storage_full": gettext_lazy("Files cannot be kept just now. Try again in a few minutes."),
    "memory_short": gettext_lazy("Files cannot be kept just now. Try again in a few minutes."),
    # cases
    "complaint_not_found": gettext_lazy("There is no request with this reference."),
    "attachment_not_found": gettext_lazy("This file is not there any more."),
    "scanner_away": gettext_lazy("The virus scanner does not answer just now."),
    "transition_not_allowed": gettext_lazy("The request has moved on: this can no longer be done."),
    "stale_case": gettext_lazy("Somebody changed this case while you were reading it."),
    "conversation_ended": gettext_lazy(
        "This request takes no more messages or files. You can send a new request."
    ),
    "reopen_term_passed": gettext_lazy(
        "A request can be re-opened within 30 days of the reply. That term has passed; "
        "you can send a new request."
    ),
    "review_is_the_way": gettext_lazy(
        "This request has been examined twice, so it is not re-opened any more. The way on is a "
        "review by national oversight, and after that the Mediator of the Kingdom."
    ),
    "nothing_to_review": gettext_lazy(
        "A review by national oversight can be asked for once: after the second refusal, within "
        "30 days of it, or when the legal term has passed without a reply."
    ),
    "no_reply_to_uphold": gettext_lazy(
        "The administration has not answered yet: there is no reply that could stand. Send the "
        "request back and say what must be done."
    ),
    "review_not_found": gettext_lazy("No review was asked for with this reference."),
    "review_already_decided": gettext_lazy("This review has been decided already."),
    "already_rated": gettext_lazy("You have rated this reply already."),
    "nothing_to_rate": gettext_lazy("There is no reply to rate yet."),
    "nothing_to_tell": gettext_lazy("There is no promise to speak of now."),
    "already_told": gettext_lazy("You have told us already whether the promise was kept."),
    "same_officer": gettext_lazy("A re-opened case goes to another officer."),
    "too_many_attachments": gettext_lazy("This request holds as many files as it may: ten."),
    "too_many_by_email": gettext_lazy(
        "By reference and e-mail address a request takes three files, and twenty messages a day. "
        "Open it by its receipt code or by a link to add more."
    ),
    "invalid_draft": gettext_lazy("This answer is missing, too short or too long."),
    # sending a request
    "organisation_unknown": gettext_lazy("We know no organisation of that name. Search again."),
    "organisation_not_served": gettext_lazy(
        "By law this portal cannot pass requests to this organisation."
    ),
    "organisation_not_found": gettext_lazy("There is no such organisation."),
    "organisation_code_taken": gettext_lazy("Another organisation has this code already."),
    "no_agency_for_organisation": gettext_lazy(
        "Nobody answers for this organisation on the portal yet. Choose the body above it, "
        "or write to it directly."
    ),
    "limited_until_paid": gettext_lazy(
        "This extra waits until the late payment has come. Citizens are served as before."
    ),
    "workspace_closed": gettext_lazy("This workspace is closed: only its data can be taken out."),
    "job_not_found": gettext_lazy("There is no such work."),
    "job_ended": gettext_lazy("This work is over: it cannot be cancelled any more."),
    "job_not_failed": gettext_lazy("Only work that an error has stopped can be tried again."),
    "job_failed": gettext_lazy("The work stopped by an error that nobody foresaw."),
    "job_killed": gettext_lazy("The work was broken off five times and has been given up."),
    "category_unknown": gettext_lazy("Choose one of the subjects in the list."),
    "category_not_found": gettext_lazy("There is no such category."),
    "catalogue_data_invalid": gettext_lazy("The catalogue's data contradict themselves."),
    "holiday_not_found": gettext_lazy("This holiday is not in the list any more."),
    "holiday_day_taken": gettext_lazy("This day is a holiday already."),
    "holiday_moved_too_far": gettext_lazy(
        "A holiday moves by 15 days at most. Check the year, or add another holiday."
    ),
    "answer_unknown": gettext_lazy("This is not an answer to a question of that category."),
    "proof_needed": gettext_lazy(
        "Many requests have come from your connection or address. Show in one of the ways below "
        "that no machine is sending them; your answers are kept."
    ),
    "idempotency_key_reused": gettext_lazy(
        "This key was used already, for a request with another content."
    ),
    "letter_not_found": gettext_lazy("There is no such letter."),
    # tracking
    "case_not_found": gettext_lazy(
        "These two open no request. Check the reference, and the e-mail address or the receipt "
        "code. If you gave the e-mail address of a confidential request, a link is on its way to "
        "that address."
    ),
    "anonymous_stays_apart": gettext_lazy(
        "You sent this request without saying who you are, and an account would say it. Follow it "
        "with its reference and receipt code."
    ),
    "token_not_found": gettext_lazy(
        "Your visit has ended. Enter the reference again to open your request."
    ),
    "proof_required": gettext_lazy(
        "The reference and the e-mail address are not enough for this, for the administration may "
        "know both. Use the receipt code, or the link that we send to the address of the request."
    ),
    "link_not_found": gettext_lazy("This link no longer works."),
    "same_email": gettext_lazy("This is the address that we write to already."),
    "disposable_email": gettext_lazy(
        "This mailbox lasts only some minutes. Give an address that you keep."
    ),
    "no_email_to_change": gettext_lazy("An anonymous request takes no e-mail address."),
    **WORKSPACES,
    # the vault
    "nothing_sealed": gettext_lazy("No sealed identity belongs to this reference."),
    "identity_not_asked": gettext_lazy(
        "The citizen's request is not under review. Without a review the reference of the court's "
        "decision is needed."
    ),
    "seal_broken": gettext_lazy(
        "This identity cannot be opened: its key is not here, or it was changed."
    ),
    # citizens' accounts
    "too_many_passkeys": gettext_lazy(
        "An account holds ten passkeys at most. Remove one that you no longer use."
    ),
    "passkey_not_found": gettext_lazy("There is no such passkey in your account."),
    # questions and answers
    "article_not_found": gettext_lazy("There is no such answer."),
    "search_not_found": gettext_lazy("There is no such search."),
    "personal_in_reason": gettext_lazy(
        "Leave out e-mail addresses and long numbers: nothing about a person is kept here."
    ),
    "article_slug_taken": gettext_lazy("Another page has this address. Choose a different one."),
    "stale_article": gettext_lazy(
        "Somebody changed this article while you were writing. Your text is still in the form; "
        "compare it with theirs, then choose."
    ),
    "article_not_in_file": gettext_lazy(
        "This article was written here: there is no other text to go back to."
    ),
    "answers_data_invalid": gettext_lazy("The data of the answers contradict themselves."),
    # agencies and their people
    "agency_updating": gettext_lazy(
        "This administration's workspace is being brought up to date; that takes a few minutes. "
        "What you wrote is kept: try again shortly."
    ),
    "agency_not_found": gettext_lazy("There is no such administration."),
    "workspace_incomplete": gettext_lazy(
        "The new workspace did not pass its first checks. Nobody can see it."
    ),
    "bulk_file_too_large": gettext_lazy(
        "This list is too long: at most 2,000 lines and 400 kB. Send it in parts."
    ),
    "bulk_file_unreadable": gettext_lazy(
        "This is not a table that can be read. Save it as CSV in UTF-8, as the template is."
    ),
    "bulk_columns_missing": gettext_lazy(
        "The first line must name the columns, with one called organisation. Begin with the "
        "template."
    ),
    "bulk_file_empty": gettext_lazy("There is no line in this list to make a workspace from."),
    "bulk_twice": gettext_lazy("This stands in the list twice."),
    "bulk_email": gettext_lazy("This is not an e-mail address."),
    "bulk_name": gettext_lazy("This name is too long: at most 120 characters."),
    "bulk_language": gettext_lazy("Write ar, fr or en."),
    "agency_code_shape": gettext_lazy(
        "Use lower-case letters without accents, digits and single dashes, a letter first, at most "
        "50 characters."
    ),
    "organisation_taken": gettext_lazy("This organisation has a workspace already."),
    "agency_code_taken": gettext_lazy("An administration with this code exists already."),
    "recipient_refused": gettext_lazy("This is not a public key of age: it begins with age1."),
    "bundle_key_refused": gettext_lazy("This key does not open this file."),
    "bundle_damaged": gettext_lazy("This file is incomplete or was changed: it was not used."),
    "bundle_unknown": gettext_lazy(
        "Nobody has vouched for this file: give the SHA-256 that the page showed where it was made."
    ),
    "bundle_too_new": gettext_lazy("This file is from a newer version of Insaf: update first."),
    "bundle_too_old": gettext_lazy("This file is from a version of Insaf that is too old."),
    "bundle_collision": gettext_lazy(
        "Something in this file belongs to another administration here, so nothing of it was used."
    ),
    "bundle_no_space": gettext_lazy("There is not enough room on the disk for this file."),
    "bundle_under_way": gettext_lazy(
        "A file with all data of this administration is being made already. Wait until it is ready."
    ),
    "bundle_gone": gettext_lazy("This file has been deleted: each is kept for seven days."),
    "restored_already": gettext_lazy("It is too late: the administration is open again."),
    "agency_state_conflict": gettext_lazy(
        "The workspace has changed meanwhile: look at how it stands now."
    ),
    "reason_needed": gettext_lazy("Say why, in a sentence."),
    "no_successor": gettext_lazy(
        "Nobody would answer for the bodies of this administration: neither a successor nor an "
        "active administration above them. Choose a successor."
    ),
    "successor_unfit": gettext_lazy(
        "Choose another administration whose workspace is active as the successor."
    ),
    "cases_need_caretakers": gettext_lazy(
        "Requests are open there, and its own staff could no longer answer them. Take the "
        "workspace over first: people of the successor can be its caretakers."
    ),
    "administrator_exists": gettext_lazy(
        "An administrator can sign in there and let others in. Only the one who is there can be "
        "written to again."
    ),
    "already_taken_over": gettext_lazy("This workspace is taken over. Hand it back first."),
    "not_taken_over": gettext_lazy("This workspace is not taken over."),
    "caretaker_needed": gettext_lazy(
        "Name at least one person who will answer, and each with an e-mail address of their own."
    ),
    "cases_still_open": gettext_lazy(
        "Requests are still open there. They must be answered before anything is destroyed."
    ),
    "subscription_still_runs": gettext_lazy(
        "Its subscription still runs, and money would go on being asked for. End its subscription "
        "first."
    ),
    "bundle_missing": gettext_lazy(
        "No bundle holds what happened there last. Export one, or ask and say why none is needed."
    ),
    "code_differs": gettext_lazy("This is not the code of the workspace. Type it exactly."),
    "destroy_asked_already": gettext_lazy(
        "Somebody has asked for its destruction already. Agree to it, or withdraw it first."
    ),
    "destroy_order_not_found": gettext_lazy(
        "Nobody is asking for its destruction, or more than seven days have passed since."
    ),
    "approval_asked_already": gettext_lazy(
        "Somebody has asked for this already. Another person can agree to it or withdraw it."
    ),
    "approval_not_found": gettext_lazy(
        "Nobody is asking for this any more: it was answered, withdrawn, or seven days have passed."
    ),
    "approval_asked_anew": gettext_lazy(
        "Nothing has been done: it was withdrawn and asked for anew since you opened the page. "
        "Read it again before you answer."
    ),
    "approval_by_former_staff": gettext_lazy(
        "Nothing has been done: the person who asked for this or agreed to it is no longer a "
        "member of national oversight with that right. Refuse it; it can be asked for again."
    ),
    "approval_outdated": gettext_lazy(
        "Two people agreed to this work more than seven days ago. Ask for it again."
    ),
    "second_person_needed": gettext_lazy("Another person than the one who asked must agree."),
    "host_invalid": gettext_lazy(
        "This is not a host name. Write it like reclamations.example.ma, without https:// and "
        "without a path."
    ),
    "host_of_the_portal": gettext_lazy(
        "This name lies under the portal's own domain. Choose one under the administration's."
    ),
    "host_taken": gettext_lazy("Another workspace has this name, or has asked for it."),
    "host_not_found": gettext_lazy("This workspace has not asked for such a name."),
    "custom_host_not_in_plan": gettext_lazy("The plan has no host name of its own."),
    "job_beyond_return": gettext_lazy(
        "This work has gone so far that it can only be finished, no longer cancelled."
    ),
    "user_not_found": gettext_lazy("There is no such person here."),
    "email_taken": gettext_lazy("Somebody signs in with this e-mail address already."),
    "last_administrator": gettext_lazy("One administrator must remain."),
    "directory_data_invalid": gettext_lazy("The directory's data contradict themselves."),
    **PAYMENT_MESSAGES,
}

FIELD_MESSAGES: Mapping[str, Promise] = {
    "body": gettext_lazy("Write your text: at least a few words, at most 10,000 characters."),
    "subject": gettext_lazy("Write a subject of at most 200 characters."),
    "handling": gettext_lazy("Choose a mark from 1 to 5."),
}


def refusal_message(refusal: DomainError) -> str:
    """The sentence for a refusal, in the active language.

    Never the exception's own text: that is written for those who read logs.
    """
    if refusal.code == "invalid_draft" and isinstance(refusal, InvalidInput):
        return str(FIELD_MESSAGES.get(refusal.field or "", MESSAGES[refusal.code]))
    if isinstance(refusal, TooManyAttempts) and refusal.code == TooManyAttempts.code:
        return _("There were too many attempts. Try again in %(minutes)d min.") % {
            "minutes": -(-refusal.retry_after // 60)
        }
    text = code_message(refusal.code)
    return text % refusal.values if refusal.values else text


def code_message(code: str) -> str:
    """The sentence for the code of a refusal that was written down, in the active language."""
    return str(MESSAGES.get(code) or MESSAGES["refused"])


def file_refusal_message(name: str, refusal: DomainError) -> str:
    """The sentence for one of several files, after its name."""
    # Isolated: a name in another script must not carry the colon away to its other side.
    shown = f"\u2068{name}\u2069"
    return _("%(name)s: %(refusal)s") % {"name": shown, "refusal": refusal_message(refusal)}


def refusal_status(refusal: DomainError) -> int:
    """The HTTP status that says the same."""
    match refusal:
        case NotFound():
            # An expired token is not a missing page: the client must identify itself anew.
            return 401 if refusal.code == "token_not_found" else 404
        case NotAllowed():
            return 403
        case InvalidInput():
            return 400
        case TooManyAttempts():
            return 429
        case TryLater():
            return 503
    return 409


@contextmanager
def refusals_as_form_errors() -> Iterator[None]:
    """Let a form or a serializer say beside the field what the domain finds wrong with it."""
    try:
        yield
    except InvalidInput as refusal:
        raise ValidationError(refusal_message(refusal), code=refusal.code) from None
