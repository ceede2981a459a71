"""The system user that runs the embedded PostgreSQL, and that user's access to folders."""

import os
import pwd
import shutil
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# The system users that run the server if root starts the server: now, and in earlier versions.
SYSTEM_USER = "insaf-postgres"
SHARED = "nobody"
# The folders of system programs, because the variable PATH may lack the sbin folders.
SYSTEM_PROGRAMS = "/usr/sbin:/sbin:/usr/bin:/bin"
USERADD_OPTIONS = (
    "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
    "--shell", "/usr/sbin/nologin", "--comment", "Insaf's embedded PostgreSQL",
)  # fmt: skip
# The name of the user map in pg_ident.conf.
MAP = "insaf"


class EmbeddedPostgresError(RuntimeError):
    """The error for a failed action on the embedded PostgreSQL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The system user that runs the database server; ``uid`` None means this process's user."""

    uid: int | None = None
    gid: int | None = None

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this system user."""
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
        """Create a folder, if it is missing, and let only this system user access it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        mine = os.geteuid() if self.uid is None else self.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {mine, os.geteuid()}:
            raise EmbeddedPostgresError(f"{folder} belongs to another user; remove it")
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def write(self, file: Path, text: str) -> None:
        """Write a file that only this system user may read."""
        file.unlink(missing_ok=True)
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(text)
        if self.uid is not None and self.gid is not None:
            os.chown(file, self.uid, self.gid)

    def admit(self, data: Path) -> None:
        """Admit only this process's system user to the database, with any database login.

        The kernel proves the user of a connection. Without this rule every user of this computer
        could connect as the database's owner, because no login has a password.
        """
        name = pwd.getpwuid(os.geteuid()).pw_name
        self.write(data / "pg_hba.conf", f"local all all peer map={MAP}\n")
        self.write(data / "pg_ident.conf", f'{MAP} "{name}" all\n')

    def takes_from_nobody(self, data: Path, socket: Path) -> None:
        """Make this system user the owner of data files of ``nobody``; the server must not run."""
        shared = pwd.getpwnam(SHARED).pw_uid
        if self.uid in {None, shared} or not data.exists() or data.stat().st_uid != shared:
            return
        # The folder is changed first, so that processes of ``nobody`` can no longer open its files.
        os.chown(data, int(self.uid or 0), int(self.gid or 0), follow_symlinks=False)
        for _path, folders, files, place in os.fwalk(data):
            for name in (*folders, *files):
                # A file of another owner is not changed, because it may be a link to another file.
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
    """Return the system user that runs the database server.

    PostgreSQL refuses to run as root. If root starts the server, the user is the owner of the
    data or, without data or for data of root or ``nobody``, a separate system user. Raises
    ``EmbeddedPostgresError`` if no such user can be created or the data is another user's.
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
    """Create a log file that only its owner may read, because a log may contain personal data."""
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
    # The user may exist even after a failure, because another command may have created the user.
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and a system user for it could not be made "
        f"({why}): run this as an ordinary user, or make the user {SYSTEM_USER}"
    )


def plain_environment() -> dict[str, str]:
    """Return the environment variables for the programs of PostgreSQL."""
    # Variables of the caller, for example PGHOST, could lead to another server.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
