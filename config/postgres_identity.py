"""Who runs the embedded PostgreSQL, and which folders that user may enter."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

# What pg_ident.conf calls those who may come in.
MAP = "insaf"


class EmbeddedPostgresError(RuntimeError):
    """The embedded server could not be started or stopped; the message is for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The system user that runs the server; None is whoever runs this process."""

    uid: int | None = None
    gid: int | None = None

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command to its end as this user, away from any folder the user may not enter."""
        return subprocess.run(  # noqa: S603 - our own programs
            command,
            input=text,
            capture_output=True,
            text=True,
            cwd="/",
            env=plain_environment(),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            check=False,
        )

    def may_enter(self, path: Path) -> bool:
        """Whether this user can enter the folder, or run the program, at the end of the path."""
        return self.uid is None or self.run("test", "-x", str(path)).returncode == 0

    def owns(self, folder: Path) -> None:
        """Makes the folder this user's alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        mine = os.geteuid() if self.uid is None else self.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {mine, os.geteuid()}:
            raise EmbeddedPostgresError(f"{folder} belongs to another user; remove it")
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def write(self, file: Path, text: str) -> None:
        """Makes a file that this user alone may read."""
        file.unlink(missing_ok=True)
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(text)
        if self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)

    def admit(self, data: Path) -> None:
        """Lets nobody in but whoever starts the server and who runs it, under whatever login.

        The kernel says who they are. Without it, each user of this machine who got to the socket
        would be the owner: there is no password.
        """
        uids = {os.geteuid(), os.geteuid() if self.uid is None else self.uid}
        names = sorted(pwd.getpwuid(uid).pw_name for uid in uids)
        self.write(data / "pg_hba.conf", f"local all all peer map={MAP}\n")
        self.write(data / "pg_ident.conf", "".join(f'{MAP} "{name}" all\n' for name in names))


def server_identity(root: Path) -> Identity:
    """PostgreSQL refuses to run as root: then it runs as the owner of its data, or as nobody."""
    data = root / "data"
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() == 0:
        user = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        return Identity(uid=user.pw_uid, gid=user.pw_gid)
    if owner not in {None, os.geteuid()}:
        raise EmbeddedPostgresError(f"{data} belongs to another user; run as that user or as root")
    return Identity()


def plain_environment() -> dict[str, str]:
    """What the server's programs are given of our environment."""
    # Not the caller's: PGHOST, PGPORT or PGOPTIONS there would send us to another server.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
