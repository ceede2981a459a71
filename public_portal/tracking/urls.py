"""URL patterns of the pages and the REST API for tracking a request."""

from django.urls import path, re_path

from public_portal.tracking.api import endpoints as api
from public_portal.tracking.views import actions, case, links, sign_in

app_name = "tracking"

urlpatterns = [
    path("", sign_in.start, name="start"),
    path("case/", case.show_case, name="show-case"),
    path("case/days/", case.show_days, name="show-days"),
    path("case/messages/", case.add_message, name="add-message"),
    path("case/files/", case.add_attachment, name="add-attachment"),
    path("case/files/<uuid:attachment_id>/", case.read_attachment, name="read-attachment"),
    path("case/dossier.pdf", case.download_dossier, name="download-dossier"),
    path("case/dossier.json", case.download_data, name="download-data"),
    path("case/rating/", actions.rate, name="rate-reply"),
    path("case/reopen/", actions.reopen, name="reopen-case"),
    path("case/review/", actions.ask_review, name="ask-review"),
    path("case/promise/", actions.report_promise, name="tell-promise"),
    path("case/promise.ics", case.download_promised_day, name="download-promised-day"),
    path("case/follow/", actions.follow_up, name="follow-up"),
    path("case/competent-body/", actions.file_elsewhere, name="file-elsewhere"),
    path("case/withdraw/", actions.withdraw, name="withdraw-case"),
    path("case/parts/open/", sign_in.open_part, name="open-part"),
    path("case/parts/object/", actions.object_part, name="object-part"),
    path("case/joined/open/", sign_in.open_joined, name="open-joined"),
    path("case/both-mine/", actions.say_both_mine, name="say-both-mine"),
    path("case/email/", links.change_email, name="change-email"),
    path("case/email/keep/", links.keep_email, name="keep-email"),
    path("case/code/", sign_in.replace_code, name="replace-code"),
    path("case/proof/", sign_in.prove_identity, name="prove-identity"),
    path("case/proof/link/", sign_in.send_proof_link, name="send-proof-link"),
    path("leave/", sign_in.leave, name="leave-case"),
    path("link/", links.ask_link, name="ask-link"),
    path("link/asked/", links.link_asked, name="link-asked"),
    # Links in e-mails; ``shared.mail`` names their pages by the first segment of these paths.
    path("open/<str:key>/", links.open_by_link, name="open-by-link"),
    path("rate/<str:key>/", links.rate_by_link, name="rate-by-link"),
    path("email/<str:key>/", links.prove_email, name="prove-email"),
    path("address/<str:key>/", links.prove_given_email, name="prove-given-email"),
    path("promise/<str:key>/", links.report_by_link, name="tell-by-link"),
    path("file/<str:key>/", links.file_by_link, name="file-by-link"),
]

# "case/" may be left out of some paths, because a token opens one case only.
api_patterns = [
    path("tracking/", api.tokens, name="api-tracking"),
    path("tracking/case/", api.case, name="api-tracking-case"),
    re_path(r"^tracking/(?:case/)?messages/$", api.add_message, name="api-tracking-messages"),
    re_path(r"^tracking/(?:case/)?attachments/$", api.add_attachment, name="api-tracking-files"),
    re_path(r"^tracking/(?:case/)?rating/$", api.give_rating, name="api-tracking-rating"),
    re_path(r"^tracking/(?:case/)?reopen/$", api.reopen, name="api-tracking-reopen"),
    re_path(r"^tracking/(?:case/)?promise/$", api.report_promise, name="api-tracking-promise"),
    re_path(r"^tracking/(?:case/)?review/$", api.ask_review, name="api-tracking-review"),
    path("tracking/parts/open/", api.open_part, name="api-tracking-part"),
    path("tracking/parts/object/", api.object_part, name="api-tracking-object"),
    path("tracking/joined/open/", api.open_joined, name="api-tracking-joined"),
    re_path(r"^tracking/(?:case/)?withdraw/$", api.withdraw, name="api-tracking-withdraw"),
]
