import re

from allauth.account.forms import LoginForm
from django.template.loader import render_to_string
from django.utils.translation import override

from demo.accounts import agency_accounts
from shared.accounts.enums import Role


def sign_in_page(*, demo):
    context = {
        "form": LoginForm(),
        "demo": demo,
        "demo_accounts": agency_accounts(agency_code="roads"),
    }
    with override("en"):
        return render_to_string("account/login.html", context)


def test_the_demonstration_offers_one_click_for_each_role():
    html = sign_in_page(demo=True)

    assert re.findall(r'name="login" value="(.*?)"', html) == [
        "agent@roads.example",
        "supervisor@roads.example",
        "administrator@roads.example",
    ]
    with override("en"):
        roles = [str(role.label) for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)]
    assert re.findall(r'<button class="button button-secondary">(.*?)</button>', html) == roles


def test_a_real_installation_offers_no_password():
    html = sign_in_page(demo=False)

    assert re.findall(r'name="password" value="', html) == []


def test_the_sign_in_form_says_what_to_type():
    html = sign_in_page(demo=False)

    assert re.findall(r'<label for="id_\w+">(.*?)</label>', html)[:2] == ["Email", "Password"]
