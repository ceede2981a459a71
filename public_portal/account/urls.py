"""URLs of the citizen's account; a language code comes before each path."""

from django.urls import path

from public_portal.account.views import complaints, data, security, sign_in

app_name = "account"

urlpatterns = [
    path("", complaints.list_complaints, name="list-complaints"),
    path("open/", complaints.open_complaint, name="open-complaint"),
    path("add/", complaints.adopt_complaint, name="adopt-complaint"),
    path("remove/", complaints.remove_complaint, name="remove-complaint"),
    path("put-back/", complaints.restore_complaint, name="restore-complaint"),
    path("code/", sign_in.enter_code, name="enter-code"),
    path("code/again/", sign_in.send_again, name="send-again"),
    path("begin/", sign_in.begin, name="begin"),
    path("prove/", sign_in.prove, name="prove"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("data/", data.show_data, name="show-data"),
    path("data/copy/", data.copy_data, name="copy-data"),
    path("data/email/", data.change_email, name="change-email"),
    path("data/erase/", data.erase, name="erase"),
    path("security/", security.show_security, name="show-security"),
    path("security/sign-out/", security.sign_out_everywhere, name="sign-out-everywhere"),
    path("security/visits/<uuid:visit_id>/end/", security.end_session, name="end-visit"),
    path("passkeys/options/", security.passkey_options, name="passkey-options"),
    path("passkeys/sign-in/", security.sign_in_by_passkey, name="sign-in-by-passkey"),
    path("passkeys/add/", security.add_passkey, name="add-passkey"),
    path("passkeys/<slug:key>/", security.rename_passkey, name="rename-passkey"),
    path("passkeys/<slug:key>/remove/", security.remove_passkey, name="remove-passkey"),
]

# allauth redirects to this URL name, which therefore has no namespace.
sign_in_patterns = [path("sign-in/", sign_in.sign_in, name="account_login")]
