"""How the site is served: its processes, what they do before the first visitor, its files."""

import gc
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loader import get_template
from django.urls import clear_url_caches, get_resolver
from django.utils.translation import override

from config.env import BadSetting
from config.warm_up import SITES, warm_up
from shared.kernel.files import LARGEST
from shared.ui.form_renderer import InsafRenderer
from tests.support.sampling import repeats

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
TEMPLATES = ROOT / "templates"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SHUT_IN = {
    "User=insaf",
    "ProtectSystem=strict",
    "InaccessiblePaths=-/srv/insaf/.git",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "SystemCallFilter=@system-service",
    "Restart=always",
    "StartLimitIntervalSec=0",
    "EnvironmentFile=/etc/insaf/environment",
}


def gunicorn() -> dict[str, Any]:
    try:
        return runpy.run_path(str(ROOT / "config" / "gunicorn.py"))
    finally:
        # What these settings do to their process must not last in that of the tests.
        gc.enable()


def test_no_module_of_the_tests_has_turned_the_garbage_collector_off():
    # The settings of gunicorn do, when they are imported: the process then grew to 1.3 GB.
    assert gc.isenabled()


AT_READY = """
import gc, runpy, types, sys
sys.modules["config.warm_up"] = types.SimpleNamespace(warm_up=lambda: None)
shared = types.SimpleNamespace(page_counters_share=lambda *, processes: None)
sys.modules["shared.ui.page_costs"] = shared
hooks = runpy.run_path("config/gunicorn.py")
print(gc.isenabled())
hooks["when_ready"](None)
print(gc.isenabled(), gc.get_freeze_count() > 0, gc.get_threshold()[0] > 700)
"""


@pytest.mark.slow
def test_garbage_is_collected_again_once_everything_is_loaded():
    done = subprocess.run(
        [sys.executable, "-c", AT_READY], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["False", "True", "True", "True"]


SHARED = """
import os, runpy, types, django

django.setup()
hooks = runpy.run_path("config/gunicorn.py")
hooks["when_ready"](None)
from shared.ui.page_costs import page_counters

def served():
    worker = types.SimpleNamespace()
    hooks["pre_fork"](None, worker)
    pid = os.fork()
    if pid == 0:
        page_counters().counters.add(("GET", "pages:home"), 1, 0, 0, 0, 0)
        os._exit(0)
    os.waitpid(pid, 0)
    return worker

for _ in range(40):
    hooks["child_exit"](None, served())
living = [served() for _ in range(hooks["workers"])]
print([(one.page, one.requests) for one in page_counters().costs()])
"""


@pytest.mark.slow
def test_costs_of_pages_are_added_up_over_all_processes_that_ever_were():
    environment = os.environ | {"WEB_WORKERS": "2", "PYTHONWARNINGS": "ignore"}

    ran = subprocess.run(
        [sys.executable, "-c", SHARED],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert ran.stdout.strip() == "[('GET pages:home', 42)]"


def test_processes_and_threads_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("WEB_WORKERS", "3")
    monkeypatch.setenv("WEB_THREADS", "6")

    settings = gunicorn()

    assert (settings["workers"], settings["threads"]) == (3, 6)


def test_a_number_that_is_none_stops_the_start(monkeypatch):
    monkeypatch.setenv("WEB_WORKERS", "many")

    with pytest.raises(BadSetting, match="WEB_WORKERS"):
        gunicorn()


def test_visits_are_not_logged():
    assert gunicorn()["accesslog"] is None


def test_processes_are_renewed_one_after_the_other():
    settings = gunicorn()

    assert 0 < settings["max_requests_jitter"] < settings["max_requests"]


# Without the mark django_db: pytest refuses every access to the database.
def test_before_the_first_visitor_every_template_of_ours_is_compiled():
    engine = engines["django"].engine
    engine.template_loaders[0].reset()

    warm_up()

    compiled = engine.template_loaders[0].get_template_cache
    ours = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    assert ours - set(compiled) == set()


@pytest.mark.parametrize("language", repeats(["ar", "fr", "en"], keep=1))
def test_before_the_first_visitor_every_address_is_known_in_every_language(language):
    clear_url_caches()

    warm_up()

    with override(language):
        assert all(language in get_resolver(site)._reverse_dict for site in SITES)


LOADED = """
import sys

import django

django.setup()
from config.warm_up import warm_up

late = ("pikepdf", "PIL.Image", "fontTools.ttLib")
print([one in sys.modules for one in late])
warm_up()
print([one in sys.modules for one in late])
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_demo", [True, False])
def test_what_reads_files_and_fonts_is_loaded_before_the_fork_and_by_no_command(is_demo):
    # The settings of tests are a demonstration's.
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEMO": str(is_demo),
        "PYTHONWARNINGS": "ignore",
    }

    ran = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True
    )

    commands, web = ran.stdout.splitlines()
    assert commands == str([False] * 3)
    assert web == str([not is_demo] * 3)


def test_a_template_is_compiled_once():
    renderer = InsafRenderer()

    assert get_template("base.html").template is get_template("base.html").template
    field = "django/forms/field.html"
    assert renderer.get_template(field).template is renderer.get_template(field).template


def test_the_proxy_lets_an_attachment_through_and_three_where_several_may_come():
    found = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())

    megabyte = 1024 * 1024
    assert [int(number) * megabyte for number in found] == [
        LARGEST + megabyte,
        3 * LARGEST + megabyte,
    ]


def test_what_is_attached_lies_under_no_folder_that_the_proxy_serves():
    lines = (DEPLOY / "nginx.conf").read_text().splitlines()
    served = [line.split()[1] for line in lines if line.strip().startswith(("alias", "root"))]

    assert served == ["/srv/insaf/deploy/pages/;", "/srv/insaf/var/static/;"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_service_is_shut_in(unit):
    assert SHUT_IN - set(unit.read_text().splitlines()) == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_service_may_change_the_attachments_alone_and_two_of_them_bundles(unit):
    folders = ["/srv/insaf/var/media"]
    # One makes them, the other deletes them after seven days.
    if unit.stem in ("insaf-operator", "insaf-worker"):
        folders.append("/srv/insaf/var/bundles")

    assert re.findall(r"^ReadWritePaths=(.*)$", unit.read_text(), re.MULTILINE) == [
        " ".join(folders)
    ]


def test_systemd_waits_longer_for_the_server_than_the_server_for_its_requests():
    found = re.findall(r"^TimeoutStopSec=(\d+)$", UNITS[0].read_text(), re.MULTILINE)

    assert [int(seconds) > gunicorn()["graceful_timeout"] for seconds in found] == [True]


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None or not Path("/run/systemd/system").exists(),
    reason="no systemd runs on this machine",
)
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_systemd_understands_a_service(unit, tmp_path):
    # The program of an installation is not here, and systemd looks for it.
    # By a name without spaces, which the path of a clone may have.
    program = tmp_path / "python"
    program.symlink_to(sys.executable)
    text = unit.read_text().replace("/srv/insaf/.venv/bin/python", str(program))
    (tmp_path / unit.name).write_text(text)

    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", sorted((DEPLOY / "pages").glob("*.html")), ids=lambda p: p.stem)
def test_a_page_of_the_proxy_speaks_three_languages_and_needs_nothing_else(page):
    html = page.read_text()

    assert re.findall(r'<section lang="(\w+)" dir="(\w+)">', html) == [
        ("ar", "rtl"),
        ("fr", "ltr"),
        ("en", "ltr"),
    ]
    assert re.findall(r"\b(?:src|href|url)\b", html) == []


def test_operators_are_told_to_run_commands_without_development_packages():
    told = [ROOT / ".env.example", *(ROOT / "docs" / "runbooks").glob("*.md")]
    told += [*DEPLOY.rglob("*.conf"), *DEPLOY.rglob("*.service"), *TEMPLATES.rglob("*.html")]

    wrong = re.compile(r"bin/dev manage (?!run_fake_stripe)|[`\"]manage\.py ")
    assert [path.name for path in told if wrong.search(path.read_text())] == []


@pytest.mark.slow
def test_an_operators_command_makes_no_setting_up():
    variables = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    # Where bin/demo has run in this folder, a command without any setting would be its own.
    variables["BASE_DOMAIN"] = "insaf.example"

    done = subprocess.run(
        [sys.executable, "bin/manage", "check"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Insaf cannot start: SECRET_KEY is missing (or SECRET_KEY_FILE)\n"


@pytest.mark.slow
def test_an_operators_command_gets_its_settings_and_answers_its_exit_code():
    done = subprocess.run(
        [sys.executable, str(ROOT / "bin" / "manage"), "check_schemas", "--no-such-option"],
        cwd="/",
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "check_schemas: error: unrecognized arguments: --no-such-option" in done.stderr
