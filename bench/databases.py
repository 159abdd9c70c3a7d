"""Empty databases to measure on: SQLite in a folder of its own, PostgreSQL in a cluster of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

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
def cluster() -> Iterator[Cluster]:
    """A cluster of its own; RuntimeError where PostgreSQL is not installed."""
    binaries = server_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed")
    server = Cluster(binaries)
    server.start()
    try:
        yield server
    finally:
        server.stop()
