"""Writers of a SQLite file in a queue: SQLite itself lets them ask again after ever longer sleeps.

It only shortens the wait: who does not stand in it, or waited too long, still asks SQLite for its lock.
"""

import fcntl
import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

HELD = "writer_turn"


class WriterTurns:
    """The queue before one file: threads of this process by a lock, processes by a locked file beside it."""

    def __init__(self, database: Path, *, patience: float) -> None:
        self._path = database.with_name(f"{database.name}-turn")
        self._patience = patience
        self._threads = threading.Lock()

    def take(self, connection: Connection) -> None:
        """Wait for the turn of a connection that begins to write; it has it until it is given back."""
        if HELD in connection.info or not self._threads.acquire(timeout=self._patience):
            return
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            self._threads.release()
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        connection.info[HELD] = file

    def give_back(self, dbapi_connection: Any, record: Any) -> None:
        """Let the next one write, once a connection has come back to its pool."""
        file = record.info.pop(HELD, None)
        if file is not None:
            os.close(file)
            self._threads.release()
