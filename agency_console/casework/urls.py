"""One case, and what an officer does to it."""

from django.urls import path

from agency_console.casework import views

app_name = "casework"

urlpatterns = [
    path("<str:reference>/", views.show_case, name="show-case"),
    path("<str:reference>/days/", views.show_days, name="show-days"),
    path("<str:reference>/take/", views.take_case, name="take-case"),
    path("<str:reference>/assign/", views.assign_case, name="assign-case"),
    path("<str:reference>/reply/", views.send_reply, name="send-reply"),
    path("<str:reference>/refuse/", views.refuse_case, name="refuse-case"),
    path("<str:reference>/question/", views.ask_question, name="ask-question"),
    path("<str:reference>/message/", views.send_message, name="send-message"),
    path("<str:reference>/note/", views.add_note, name="add-note"),
    path("<str:reference>/files/<uuid:attachment_id>/", views.download_file, name="download-file"),
]
