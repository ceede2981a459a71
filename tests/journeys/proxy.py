"""Debian's nginx with the real deploy/nginx.conf, on ports and in folders of a test."""

import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage, HTTPSConnection
from pathlib import Path
from threading import Event

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.journeys.site import ROOT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MIME_TYPES = Path("/etc/nginx/mime.types")
DOMAIN = "localhost"
SECONDS = 15.0
BETWEEN_LOOKS = 0.05

# What Debian's own nginx.conf gives to every site, with the test's folders.
AROUND = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/log/nginx.error.log;
events {{ worker_connections 768; }}
http {{
    include {mime_types};
    default_type application/octet-stream;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """Where nginx answers, over TLS and without."""

    port: int
    plain_port: int
    folder: Path
    trust: ssl.SSLContext = field(repr=False)

    def connect(self, *, name: str = DOMAIN, source: str = "127.0.0.1") -> ssl.SSLSocket:
        """A TLS connection for the host ``name``, from any address of this machine's own net."""
        plain = socket.create_connection(
            ("127.0.0.1", self.port), timeout=SECONDS, source_address=(source, 0)
        )
        return self.trust.wrap_socket(plain, server_hostname=name)

    def ask(
        self,
        path: str,
        *,
        host: str = DOMAIN,
        source: str = "127.0.0.1",
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        connection = HTTPSConnection(host, self.port)
        connection.sock = self.connect(name=host, source=source)
        try:
            sent = {"Host": f"{host}:{self.port}", **(headers or {})}
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            connection.close()

    def logged(self) -> str:
        """All that nginx has written down."""
        return "".join(path.read_text() for path in sorted((self.folder / "log").iterdir()))


@contextmanager
def running_proxy(folder: Path, *, upstream: int, static: Path) -> Iterator[Proxy]:
    """Nginx in front of ``upstream``, a port of this machine."""
    assert NGINX is not None
    port, plain_port = _free_ports()
    (folder / "log").mkdir()
    # By a name without spaces, which the path of a clone may have: nginx would read two words.
    (folder / "pages").symlink_to(ROOT / "deploy" / "pages")
    _write_certificate(folder)
    values = {
        "insaf.example": DOMAIN,
        "/etc/ssl/insaf/": f"{folder}/",
        "127.0.0.1:8000": f"127.0.0.1:{upstream}",
        "/srv/insaf/var/static": str(static),
        "/srv/insaf/deploy/pages": f"{folder}/pages",
        "/var/lib/nginx/insaf": f"{folder}/store",
        "/var/log/nginx": f"{folder}/log",
        # The names of cookies without TLS of their own, as the test's site has them.
        "__Host-session": "sessionid",
        "__Host-csrf": "csrftoken",
        "__Host-language": "language",
        "__Host-signed-in": "signed-in",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
    }
    (folder / "site.conf").write_text(_site_conf(values))
    # Its workers would lose the right to read the test's folders.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        AROUND.format(user=user, folder=folder, mime_types=MIME_TYPES)
    )
    command = [NGINX, "-p", str(folder), "-c", "nginx.conf", "-e", str(folder / "log" / "start")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _wait_until_listening(process, port)
        trust = ssl.create_default_context(cafile=str(folder / "chain.pem"))
        # What Python 3.13 asks for by itself: an older one would let pass what it refuses.
        trust.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        yield Proxy(port=port, plain_port=plain_port, folder=folder, trust=trust)
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def _site_conf(values: Mapping[str, str]) -> str:
    """deploy/nginx.conf with the test's values in the documented places."""
    lines = (ROOT / "deploy" / "nginx.conf").read_text().splitlines()
    # A machine without IPv6 could not listen there.
    text = "\n".join(line for line in lines if "listen [::]" not in line)
    for placeholder, value in values.items():
        assert placeholder in text, f"deploy/nginx.conf no longer holds {placeholder}"
        text = text.replace(placeholder, value)
    return text


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _wait_until_listening(process: "subprocess.Popen[bytes]", port: int) -> None:
    never = Event()
    for _ in range(int(SECONDS / BETWEEN_LOOKS)):
        if process.poll() is not None:
            raise RuntimeError(f"nginx ended: {process.communicate()[0].decode()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        never.wait(BETWEEN_LOOKS)
    raise TimeoutError("nginx does not listen")


def _write_certificate(folder: Path) -> None:
    """One for the domain and its sub-domains, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, DOMAIN)])
    names = [x509.DNSName(DOMAIN), x509.DNSName(f"health.{DOMAIN}")]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "chain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").write_bytes(private)
