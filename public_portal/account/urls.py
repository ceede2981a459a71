"""Addresses of a citizen's account, under a language."""

from django.urls import path

from public_portal.account import views

app_name = "account"

urlpatterns = [
    path("", views.list_complaints, name="list-complaints"),
    path("open/", views.open_complaint, name="open-complaint"),
    path("add/", views.adopt_complaint, name="adopt-complaint"),
    path("remove/", views.remove_complaint, name="remove-complaint"),
    path("put-back/", views.restore_complaint, name="restore-complaint"),
    path("code/", views.enter_code, name="enter-code"),
    path("code/again/", views.send_again, name="send-again"),
    path("begin/", views.begin, name="begin"),
    path("prove/", views.prove, name="prove"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("data/", views.show_data, name="show-data"),
    path("data/copy/", views.copy_data, name="copy-data"),
    path("data/email/", views.change_email, name="change-email"),
    path("data/erase/", views.erase, name="erase"),
    path("security/", views.show_security, name="show-security"),
    path("security/sign-out/", views.sign_out_everywhere, name="sign-out-everywhere"),
    path("security/visits/<uuid:visit_id>/end/", views.end_visit, name="end-visit"),
    path("passkeys/options/", views.passkey_options, name="passkey-options"),
    path("passkeys/sign-in/", views.sign_in_by_passkey, name="sign-in-by-passkey"),
    path("passkeys/add/", views.add_passkey, name="add-passkey"),
    path("passkeys/<slug:key>/", views.rename_passkey, name="rename-passkey"),
    path("passkeys/<slug:key>/remove/", views.remove_passkey, name="remove-passkey"),
]

# Under allauth's own name and without a namespace: its machinery leads there.
sign_in_patterns = [path("sign-in/", views.sign_in, name="account_login")]
