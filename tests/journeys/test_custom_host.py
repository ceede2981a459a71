"""Host names of their own behind a real nginx, by the lines of docs/runbooks/custom-host.md."""

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509

from tests.journeys.proxy import MIME_TYPES, NGINX, Answer, Proxy, running_proxy
from tests.journeys.site import ROOT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not (NGINX and MIME_TYPES.exists() and shutil.which("openssl") and shutil.which("curl")),
        reason="no nginx, openssl or curl on this machine",
    ),
]

HOSTS = ("reclamations.example.ma", "shikayat.example.org")
LOOKS, BETWEEN_LOOKS = 200, 0.05
ON_END = 8
# What certbot does: it is asked for over port 80, then a certificate lies under the host's name.
CERTBOT = """#!/bin/sh -e
while [ $# -gt 0 ]; do
    case $1 in -w) root=$2 ;; -d) host=$2 ;; --deploy-hook) hook=$2 ;; esac
    shift
done
mkdir -p "$root/.well-known/acme-challenge" "{live}/$host"
echo "$host" > "$root/.well-known/acme-challenge/token"
challenge="http://127.0.0.1:{plain_port}/.well-known/acme-challenge/token"
# A reload is not waited for by its command.
for look in $(seq 200); do
    found=$(curl -s -H "Host: $host" "$challenge" || true)
    [ "$found" != "$host" ] || break
    sleep 0.05
done
[ "$found" = "$host" ] || {{ echo "the issuer found: $found" >&2; exit 1; }}
cd "{live}/$host"
openssl ecparam -genkey -name prime256v1 -noout -out privkey.pem
openssl req -new -key privkey.pem -subj "/CN=$host" -out request.pem
printf '%s\n' "subjectAltName = DNS:$host" "basicConstraints = critical, CA:FALSE" \
    "keyUsage = critical, digitalSignature" "extendedKeyUsage = serverAuth" \
    "subjectKeyIdentifier = hash" "authorityKeyIdentifier = keyid:always" > extensions
openssl x509 -req -in request.pem -CA "{folder}/ca.pem" -CAkey "{folder}/ca.key" -CAcreateserial \
    -days 1 -extfile extensions -out cert.pem 2>/dev/null
cat cert.pem "{folder}/ca.pem" > fullchain.pem
[ -z "$hook" ] || $hook
"""


class Mirror(BaseHTTPRequestHandler):
    """A site that answers with what the proxy has told it."""

    def do_GET(self) -> None:
        """Host and scheme."""
        body = f"{self.headers['Host']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A server with nginx on which an operator types."""

    proxy: Proxy
    folder: Path

    def enter(self, script: str, **values: str) -> "subprocess.CompletedProcess[str]":
        """What comes of some lines, with this machine's folders in place of the real ones."""
        for said, meant in {
            "/etc/nginx/sites-available/insaf": str(self.folder / "site.conf"),
            "/etc/nginx/sites-enabled": str(self.folder / "own"),
            "/etc/letsencrypt/live": str(self.folder / "live"),
            "/var/www/acme": str(self.folder / "acme"),
            "listen 80;\n    listen [::]:80;": f"listen 127.0.0.1:{self.proxy.plain_port};",
            **values,
        }.items():
            script = script.replace(said, meant)
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            env=os.environ | {"PATH": path},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self, host: str) -> None:
        """What the runbook says for a new name."""
        done = self.enter(block(0), **{HOSTS[0]: host})
        assert done.returncode == 0, done.stderr

    def serial(self, host: str) -> int | None:
        """Of the certificate that a new visitor gets; ``None`` where the handshake is refused."""
        try:
            with self.proxy.connect(name=host) as line:
                shown = line.getpeercert(binary_form=True)
        except (ssl.SSLError, ConnectionError):
            return None
        assert shown is not None
        return x509.load_der_x509_certificate(shown).serial_number

    def until(self, host: str, serial: int | None) -> bool:
        """Wait until that certificate is shown: a reload is not waited for by its command.

        Several times on end, for the processes that are replaced accept visitors meanwhile.
        """
        never = Event()
        for _ in range(LOOKS):
            if all(self.serial(host) == serial for _again in range(ON_END)):
                return True
            never.wait(BETWEEN_LOOKS)
        return False

    def issued(self, host: str) -> int:
        """The number of the certificate that lies on the disk."""
        pem = (self.folder / "live" / host / "cert.pem").read_bytes()
        return x509.load_pem_x509_certificate(pem).serial_number

    def ask(self, host: str) -> Answer:
        """A page under that name."""
        return self.proxy.ask("/", host=host)


def block(number: int) -> str:
    """The lines of the runbook, block by block."""
    text = (ROOT / "docs" / "runbooks" / "custom-host.md").read_text()
    return str(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[number])


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


@contextmanager
def machines(folder: Path) -> Iterator[Machine]:
    """Nginx before the mirror, with a folder for the files of more names and an issuer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        with running_proxy(folder, upstream=site.server_port, static=folder) as proxy:
            for name in ("own", "bin", "live"):
                (folder / name).mkdir()
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                 "-days", "1", "-subj", "/CN=An issuer for a trial",
                 # A strict verification takes no issuer that does not say what its key is for.
                 "-addext", "keyUsage = critical, keyCertSign, cRLSign"],
                cwd=folder, check=True, capture_output=True,
            )  # fmt: skip
            proxy.trust.load_verify_locations(folder / "ca.pem")
            conf = folder / "nginx.conf"
            site_line = f"include {folder}/site.conf;"
            conf.write_text(
                conf.read_text().replace(site_line, f"{site_line} include {folder}/own/*;")
            )
            nginx = f'exec {NGINX} -p {folder} -c nginx.conf -e {folder}/log/start "$@"\n'
            program(folder / "bin", "nginx", f"#!/bin/sh\n{nginx}")
            program(folder / "bin", "systemctl", f"#!/bin/sh\nset -- -s reload\n{nginx}")
            issuer = CERTBOT.format(
                folder=folder, live=folder / "live", plain_port=proxy.plain_port
            )
            program(folder / "bin", "certbot", issuer)
            yield Machine(proxy=proxy, folder=folder)
        site.shutdown()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which both names have been set up as the runbook says."""
    with machines(tmp_path_factory.mktemp("machine")) as one:
        for host in HOSTS:
            one.begin(host)
        assert all(one.until(host, one.issued(host)) for host in HOSTS)
        yield one


def test_each_name_shows_its_own_certificate_and_leads_to_the_site(machine: Machine):
    answers = [machine.ask(host) for host in HOSTS]

    assert [answer.body.decode() for answer in answers] == [
        f"{host}:{machine.proxy.port} https" for host in HOSTS
    ]
    assert len({machine.serial(host) for host in (*HOSTS, "localhost")}) == 3
    assert machine.serial("unknown.example.org") is None


def asked_without_tls(machine: Machine, path: str) -> HTTPResponse:
    """The answer to a form that is sent over plain HTTP.

    A process that nginx replaces, as another test lets it, ends what it has just accepted: then a
    client asks once more.
    """
    with closing(HTTPConnection("127.0.0.1", machine.proxy.plain_port)) as line:
        try:
            line.request("POST", path, headers={"Host": HOSTS[1]})
            return line.getresponse()
        except RemoteDisconnected:
            line.request("POST", path, headers={"Host": HOSTS[1]})
            return line.getresponse()


def test_without_tls_a_name_leads_to_itself_over_tls(machine: Machine):
    answer = asked_without_tls(machine, "/accounts/login/?next=/")

    assert (answer.status, answer.headers["Location"]) == (
        308,
        f"https://{HOSTS[1]}/accounts/login/?next=/",
    )


def test_a_renewed_certificate_is_shown_after_the_reload(machine: Machine):
    before = machine.serial(HOSTS[0])
    words = f"certbot certonly --webroot -w /var/www/acme -d {HOSTS[0]}"
    with machine.proxy.connect(name=HOSTS[0]) as old:
        assert machine.enter(words).returncode == 0
        renewed = machine.issued(HOSTS[0])

        assert machine.serial(HOSTS[0]) == before != renewed
        machine.enter(f'{words} --deploy-hook "systemctl reload nginx"')
        assert machine.until(HOSTS[0], machine.issued(HOSTS[0]))
        # Who was in the middle of something is served to its end.
        old.sendall(f"GET / HTTP/1.1\r\nHost: {HOSTS[0]}\r\nConnection: close\r\n\r\n".encode())
        assert old.recv(1 << 16).startswith(b"HTTP/1.1 200")


def test_a_missing_certificate_is_found_by_the_check_and_takes_no_other_name_down(
    machine: Machine,
):
    live, kept = machine.folder / "live" / HOSTS[1], machine.folder / "kept"
    shown = machine.serial(HOSTS[1])
    live.rename(kept)
    try:
        checked = machine.enter("nginx -t")
        machine.enter("systemctl reload nginx")

        assert checked.returncode == 1
        assert str(live) in checked.stderr
        assert [machine.ask(host).status for host in HOSTS] == [200, 200]
        own = machine.folder / "own" / f"insaf-{HOSTS[1]}"
        aside = own.rename(machine.folder / "aside")
        assert machine.enter("nginx -t && systemctl reload nginx").returncode == 0
        assert machine.until(HOSTS[1], None)
        assert machine.ask(HOSTS[0]).status == 200
    finally:
        kept.rename(live)
    aside.rename(own)
    machine.enter("nginx -t && systemctl reload nginx")
    assert machine.until(HOSTS[1], shown)


def test_names_without_a_file_and_files_without_a_name_are_told(machine: Machine):
    def compared(*names: str) -> str:
        listed = "".join(f"{name} an-agency\n" for name in names)
        program(machine.folder / "bin", "listed", f"#!/bin/sh\nprintf '{listed}'\n")
        return machine.enter(block(1), **{"bin/manage list_hosts": "listed"}).stdout

    assert compared(*HOSTS) == "each name has its file\n"
    told = compared(HOSTS[0], "new.example.ma")
    assert re.findall(r"^[<>] .*", told, re.MULTILINE) == ["< new.example.ma", f"> {HOSTS[1]}"]
    assert "each name" not in told
