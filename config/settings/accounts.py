"""The sign-in settings of every installation: passwords, codes and the second step."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "shared.accounts.adapters.password_validators.NotAboutOneself"},
    {
        "NAME": "shared.accounts.adapters.password_validators.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "shared.accounts.adapters.password_validators.NotCommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "shared.accounts.adapters.allauth_adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "confirm_email_verification_code": "shared.accounts.forms.NewAddressCodeForm",
    "confirm_password_reset_code": "shared.accounts.forms.NewPasswordCodeForm",
    "login": "shared.accounts.forms.SignInForm",
    "reset_password": "shared.accounts.forms.StaffResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# A code verifies an e-mail address. A link has only the signed primary key of an address, and would
# also verify the address with the same key in another agency.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# The limit is for an IP address. With a limit for an e-mail address, other people could block the
# owner's password reset.
ACCOUNT_RATE_LIMITS = {"reset_password": "5/m/ip"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# An account has one e-mail address, because a second address would be a second way to sign in.
ACCOUNT_CHANGE_EMAIL = True
# Staff must enter the password or a code again before they change an account or export data.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "shared.accounts.adapters.allauth_adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Insaf"
MFA_FORMS = {
    "authenticate": "shared.accounts.forms.SecondStepForm",
    "reauthenticate": "shared.accounts.forms.SecondStepAgainForm",
}
