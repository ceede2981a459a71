import re

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings, tmp_path):
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = str(tmp_path)


def send(*, subject, language="fr", html=""):
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend")
    message = EmailMultiAlternatives(
        subject=subject,
        body="Suivez : https://insaf.example/fr/track/",
        to=["person@example.org"],
        headers={"Content-Language": language},
        connection=backend,
    )
    if html:
        message.attach_alternative(html, "text/html")
    message.send()


def letters_on(response):
    return re.findall(r'dir="(\w+)">([^<]*)</bdi></a>', response.content.decode())


def opened(client, path=""):
    key = re.findall(r'href="(/outbox/\w+/)"', client.get("/outbox/").content.decode())[0]
    return client.get(f"{key}{path}")


def test_letters_are_listed_in_their_own_direction(client):
    send(subject="توصلنا بشكايتك", language="ar")
    send(subject="Votre réclamation", language="fr")

    assert sorted(letters_on(client.get("/outbox/"))) == [
        ("ltr", "Votre réclamation"),
        ("rtl", "توصلنا بشكايتك"),
    ]


def test_several_letters_of_one_file_come_newest_first(client):
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend")
    backend.send_messages(
        [
            EmailMultiAlternatives(subject=subject, to=["a@example.org"])
            for subject in ("one", "two")
        ]
    )

    assert [subject for _direction, subject in letters_on(client.get("/outbox/"))] == ["two", "one"]


def test_addresses_in_a_letter_can_be_followed(client):
    send(subject="Suivi")

    html = opened(client).content.decode()

    assert re.findall(r'<a href="(https://insaf[^"]*)"', html) == [
        "https://insaf.example/fr/track/"
    ]


def test_what_a_letter_says_is_never_run_as_part_of_the_site(client):
    send(subject="<script>alert(1)</script>", html="<p>x</p><script>alert(2)</script>")

    page = opened(client)
    frame = opened(client, "page/")

    assert re.findall(r"<script>", page.content.decode()) == []
    policy = frame["Content-Security-Policy"]
    assert sorted(part.strip() for part in policy.split(";")) == [
        "default-src 'none'",
        "frame-ancestors 'self'",
        "img-src data:",
        "sandbox allow-top-navigation-by-user-activation",
        "style-src 'unsafe-inline'",
    ]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_an_empty_outbox_says_what_to_do(client):
    html = client.get("/outbox/").content.decode()

    assert html.count('class="empty"') == 1


def test_an_unknown_letter_is_not_there(client):
    send(subject="Suivi")

    assert client.get("/outbox/0123456789abcdef/").status_code == 404


@pytest.mark.parametrize("path", ["/outbox/", "/gallery/", "/gallery/console/"])
def test_outside_the_demonstration_these_pages_do_not_exist(client, settings, path):
    settings.DEMO = False
    send(subject="Suivi")

    assert client.get(path).status_code == 404


def test_outside_the_demonstration_a_letter_cannot_be_opened(client, settings):
    send(subject="Suivi")
    key = re.findall(r'href="(/outbox/\w+/)"', client.get("/outbox/").content.decode())[0]
    settings.DEMO = False

    assert client.get(key).status_code == 404
    assert client.get(f"{key}page/").status_code == 404
