"""The system user that runs the embedded PostgreSQL, and that user's access to folders."""

import os
import pwd
import shutil
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# The user of the server where root starts it, and the user of older versions.
SYSTEM_USER = "insaf-postgres"
SHARED = "nobody"
# The PATH of root's login may lack the sbin folders.
SYSTEM_PROGRAMS = "/usr/sbin:/sbin:/usr/bin:/bin"
USERADD_OPTIONS = (
    "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
    "--shell", "/usr/sbin/nologin", "--comment", "Insaf's embedded PostgreSQL",
)  # fmt: skip
# The name of the user map in pg_ident.conf.
MAP = "insaf"


class EmbeddedPostgresError(RuntimeError):
    """The error for a server that cannot be started or stopped; the operator sees its message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The system user that runs the server; ``uid`` None means the user of this process."""

    uid: int | None = None
    gid: int | None = None

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in a folder that the user may enter."""
        return subprocess.run(
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
        """Return whether this user can enter the folder or run the program."""
        return self.uid is None or self.run("test", "-x", str(path)).returncode == 0

    def owns(self, folder: Path) -> None:
        """Make the folder if needed, and give it to this user alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        mine = os.geteuid() if self.uid is None else self.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {mine, os.geteuid()}:
            raise EmbeddedPostgresError(f"{folder} belongs to another user; remove it")
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def write(self, file: Path, text: str) -> None:
        """Write a file that only this user may read."""
        file.unlink(missing_ok=True)
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(text)
        if self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)

    def admit(self, data: Path) -> None:
        """Admit only connections from the user who starts the server, with any database login.

        The kernel proves the user. Without this rule each local user who can open the socket would
        be the database owner, because there is no password. The server's own system user is not
        admitted: it needs no connection, and other programs may run as that user.
        """
        name = pwd.getpwuid(os.geteuid()).pw_name
        self.write(data / "pg_hba.conf", f"local all all peer map={MAP}\n")
        self.write(data / "pg_ident.conf", f'{MAP} "{name}" all\n')

    def takes_from_nobody(self, data: Path, socket: Path) -> None:
        """Give the data files of the user ``nobody`` to this user; the server must be stopped."""
        shared = pwd.getpwnam(SHARED).pw_uid
        if self.uid in {None, shared} or not data.exists() or data.stat().st_uid != shared:
            return
        # The folder is first, so that no process of ``nobody`` reaches the files below it.
        os.chown(data, int(self.uid or 0), int(self.gid or 0), follow_symlinks=False)
        for _path, folders, files, place in os.fwalk(data):
            for name in (*folders, *files):
                # A file of another owner is left alone: it may be a link that somebody put here.
                if os.stat(name, dir_fd=place, follow_symlinks=False).st_uid == shared:
                    os.chown(
                        name,
                        int(self.uid or 0),
                        int(self.gid or 0),
                        dir_fd=place,
                        follow_symlinks=False,
                    )
        if socket.exists() and socket.lstat().st_uid == shared:
            shutil.rmtree(socket)


def server_identity(root: Path) -> Identity:
    """Return the system user that runs the server: if root starts it, a separate system user.

    PostgreSQL refuses to run as root. Data of an ordinary user stays with that user. ``nobody`` is
    not used any more, because any service may run as ``nobody`` and the user of the server owns all
    its data. Raises ``EmbeddedPostgresError`` where the system user cannot be made.
    """
    data = root / "data"
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() == 0:
        is_left = owner in {None, 0, pwd.getpwnam(SHARED).pw_uid}
        user = _system_user() if is_left else pwd.getpwuid(int(owner or 0))
        return Identity(uid=user.pw_uid, gid=user.pw_gid)
    if owner not in {None, os.geteuid()}:
        raise EmbeddedPostgresError(f"{data} belongs to another user; run as that user or as root")
    return Identity()


def private_file(path: Path) -> None:
    """Make a log file for its owner only, because it may contain values of refused rows."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def _system_user() -> pwd.struct_passwd:
    """Return the system user of the embedded PostgreSQL; the first call creates the user."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    program = shutil.which("useradd", path=SYSTEM_PROGRAMS)
    why = "the program useradd is missing"
    if program is not None:
        done = subprocess.run(
            [program, *USERADD_OPTIONS, SYSTEM_USER],
            capture_output=True,
            text=True,
            env=plain_environment(),
            check=False,
        )
        why = " ".join(done.stderr.split()) or f"useradd answered {done.returncode}"
    # Another command may have created the user at the same time.
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and a system user for it could not be made "
        f"({why}): run this as an ordinary user, or make the user {SYSTEM_USER}"
    )


def plain_environment() -> dict[str, str]:
    """Return the environment variables for the server's programs."""
    # The caller's PGHOST, PGPORT or PGOPTIONS would select another server.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
