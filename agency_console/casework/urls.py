"""Addresses of one case, and of the acts on it."""

from django.urls import path

from agency_console.casework.types import Act
from agency_console.casework.views import acts, case, drafts, merges

app_name = "casework"

# The first addresses must come before ``<str:reference>``, which would also match "held".
urlpatterns = [
    path("held/", drafts.show_held, name="show-held"),
    path("drafts/<uuid:draft_id>/take-back/", drafts.take_back, name="take-back"),
    path("drafts/<uuid:draft_id>/discard/", drafts.discard_draft, name="discard-draft"),
    path("drafts/<uuid:draft_id>/copy/", drafts.copy_draft, name="copy-draft"),
    path("approvals/", drafts.list_approvals, name="list-approvals"),
    path("approvals/<uuid:draft_id>/", drafts.show_approval, name="show-approval"),
    path("approvals/<uuid:draft_id>/approve/", drafts.approve, name="approve"),
    path("approvals/<uuid:draft_id>/return/", drafts.return_text, name="return-text"),
    path("<str:reference>/", case.show_case, name="show-case"),
    path("<str:reference>/days/", case.show_days, name="show-days"),
    path("<str:reference>/similar/", case.show_hints, name="show-hints"),
    path("<str:reference>/category/", case.change_category, name="change-category"),
    path("<str:reference>/take/", case.take_case, name="take-case"),
    path("<str:reference>/leave/", case.leave_case, name="leave-case"),
    path("<str:reference>/withdraw/", case.withdraw_question, name="withdraw-question"),
    path("<str:reference>/merge/", merges.merge_case, name="merge-case"),
    path("<str:reference>/unmerge/", merges.unmerge_case, name="unmerge-case"),
    path("<str:reference>/writers/", drafts.show_writers, name="show-writers"),
    path("<str:reference>/draft/<slug:act>/", drafts.save_draft, name="save-draft"),
    path("<str:reference>/assign/", acts.assign_case, name="assign-case"),
    path("<str:reference>/labels/", acts.act_on_case, {"act": Act.LABEL}, name="label-case"),
    path("<str:reference>/reply/", acts.act_on_case, {"act": Act.REPLY}, name="send-reply"),
    path("<str:reference>/refuse/", acts.act_on_case, {"act": Act.REFUSE}, name="refuse-case"),
    path("<str:reference>/direct/", acts.act_on_case, {"act": Act.DIRECT}, name="direct-case"),
    path("<str:reference>/question/", acts.act_on_case, {"act": Act.ASK}, name="ask-question"),
    path("<str:reference>/message/", acts.act_on_case, {"act": Act.MESSAGE}, name="send-message"),
    path("<str:reference>/interim/", acts.act_on_case, {"act": Act.INTERIM}, name="send-interim"),
    path("<str:reference>/note/", acts.act_on_case, {"act": Act.NOTE}, name="add-note"),
    path("<str:reference>/files/<uuid:attachment_id>/", case.download_file, name="download-file"),
    path("<str:reference>/files/<uuid:attachment_id>/view/", case.view_file, name="view-file"),
]
