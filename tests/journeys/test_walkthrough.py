"""The commands of docs/walkthrough.md are run as they stand there."""

import os
import re
import shutil
import subprocess

import pytest

from tests.journeys.site import ROOT, Site

pytestmark = pytest.mark.browser


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_walkthrough_leads_from_the_form_to_the_figures(site: Site):
    block = re.search(
        r"```bash\n(.*?)```", (ROOT / "docs" / "walkthrough.md").read_text(), re.DOTALL
    )
    assert block is not None
    addresses = {"SITE": site.url("").rstrip("/"), "CONSOLE": site.url("", "health.localhost")}

    site.wait_for_register()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block[1]],
        env=os.environ | addresses,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^(\d{3}) /", done.stdout, re.MULTILINE) == ["302", "302", "302"]
    assert re.findall(r"^(\w+)$", done.stdout, re.MULTILINE) == ["answered", "reopened"]
    before, after = re.findall(r"\d+", done.stdout.splitlines()[-1])
    assert int(after) == int(before) + 1
