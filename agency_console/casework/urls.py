"""One case, and what an officer does to it."""

from django.urls import path

from agency_console.casework import views
from agency_console.casework.types import Act

app_name = "casework"

urlpatterns = [
    path("<str:reference>/", views.show_case, name="show-case"),
    path("<str:reference>/days/", views.show_days, name="show-days"),
    path("<str:reference>/take/", views.take_case, name="take-case"),
    path("<str:reference>/assign/", views.assign_case, name="assign-case"),
    path("<str:reference>/reply/", views.act_on_case, {"act": Act.REPLY}, name="send-reply"),
    path("<str:reference>/refuse/", views.act_on_case, {"act": Act.REFUSE}, name="refuse-case"),
    path("<str:reference>/direct/", views.act_on_case, {"act": Act.DIRECT}, name="direct-case"),
    path("<str:reference>/question/", views.act_on_case, {"act": Act.ASK}, name="ask-question"),
    path("<str:reference>/message/", views.act_on_case, {"act": Act.MESSAGE}, name="send-message"),
    path("<str:reference>/note/", views.act_on_case, {"act": Act.NOTE}, name="add-note"),
    path("<str:reference>/files/<uuid:attachment_id>/", views.download_file, name="download-file"),
]
