"""Empty databases to measure on: SQLite in a folder of its own, PostgreSQL in a cluster of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import Cluster, server_binaries

KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database of a kind."""
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        if kind == "sqlite":
            yield f"sqlite:///{name}/round.db"
            return
        with cluster() as server:
            server.administer("CREATE DATABASE measured")
            yield server.url("measured")


@contextmanager
def kept_database(kind: str, name: Path) -> Iterator[str]:
    """The address of a database that stays for the next run: a file or a cluster's folder of that name."""
    if kind == "sqlite":
        yield f"sqlite:///{name}.db"
        return
    folder = name.with_name(f"{name.name}-{kind}")
    is_new = not folder.exists()
    with cluster(kept=folder) as server:
        if is_new:
            server.administer("CREATE DATABASE measured")
        yield server.url("measured")


@contextmanager
def cluster(kept: Path | None = None) -> Iterator[Cluster]:
    """A cluster of its own; RuntimeError where PostgreSQL is not installed.

    One that is kept was analysed when it was filled; what autovacuum uses would count for the pages measured.
    """
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed")
    settings = ["autovacuum=off"] if kept else []
    server = Cluster(binaries, *settings, kept=kept)
    server.start()
    try:
        yield server
    finally:
        server.stop()
