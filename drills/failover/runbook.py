"""The configuration files in docs/runbooks/standby.md, with values for one machine."""

import re
import textwrap
from collections.abc import Mapping

from drills.faults.processes import ROOT

RUNBOOK = ROOT / "docs" / "runbooks" / "standby.md"
ETCD = "/etc/default/etcd"
PATRONI = "/etc/patroni/config.yml"
HAPROXY = "/etc/haproxy/haproxy.cfg"
# A code block whose first line is the name of a file.
BLOCK = re.compile(r"^ *```\w*\n(?P<text> *# (?P<name>/\S+)\n.*?)^ *```$", re.MULTILINE | re.DOTALL)
# Addresses of the second and third etcd server, which the drill does not have.
OTHER_ETCD = re.compile(r"^ *- 10\.0\.0\.[23]:2379\n|,etcd-[23]=[^,\n]*", re.MULTILINE)
LEFT = re.compile(r"10\.0\.0\.\d|[A-Z]+-PASSWORD|/var/lib/|/etc/|/run/")


def files() -> dict[str, str]:
    """Return a dict: name of a file in the runbook -> text of the file."""
    found = BLOCK.finditer(RUNBOOK.read_text())
    return {block["name"]: textwrap.dedent(block["text"]) for block in found}


def rendered(name: str, values: Mapping[str, str]) -> str:
    """Return a file of the runbook with each key of ``values`` replaced by its value.

    Raises ``ValueError`` if the file lacks a key, or if an address, folder or password of the
    runbook remains.
    """
    _title, _newline, text = files()[name].partition("\n")
    text = OTHER_ETCD.sub("", text)
    for placeholder, value in values.items():
        if placeholder not in text:
            raise ValueError(f"{name} in {RUNBOOK.name} no longer holds {placeholder}")
        text = text.replace(placeholder, value)
    if left := LEFT.search(text):
        raise ValueError(f"{name} in {RUNBOOK.name} holds {left[0]}, for which nothing stands in")
    return text


def variables(text: str) -> dict[str, str]:
    """Return the variables of a text whose lines have the form NAME=value."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)
