"""A streaming replica of a PostgreSQL cluster, on this machine, for measuring reads and their delay."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import Cluster


class Standby(Cluster):
    """A second server that follows a running one and answers reads."""

    def follow(self, primary: Cluster) -> None:
        """Copy the primary's data and start as its hot standby, named `replica` to it."""
        source = f"host={primary.folder} user=tests application_name=replica"
        self._run("pg_basebackup", "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "-d", source)
        os.chmod(self.data, 0o700)
        settings = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", settings, "start")


@contextmanager
def standby_of(primary: Cluster) -> Iterator[Standby]:
    """A standby that follows a running cluster until the end."""
    replica = Standby(primary.binaries)
    try:
        replica.follow(primary)
        yield replica
    finally:
        if (Path(replica.data) / "postmaster.pid").exists():
            replica.stop()
        shutil.rmtree(replica.folder, ignore_errors=True)
