"""Writers of a SQLite file in a queue: SQLite itself lets them ask again after ever longer sleeps.

It only shortens the wait: who does not stand in it still asks SQLite for its lock; the wait ends alike.
"""

import fcntl
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

HELD = "writer_turn"
ASK_AGAIN = 0.0005


class WriterTurns:
    """The queue before one file: threads of this process by a lock, processes by a locked file beside it."""

    def __init__(self, database: Path, *, patience: float) -> None:
        self._path = database.with_name(f"{database.name}-turn")
        self._patience = patience
        self._threads = threading.Lock()

    def take(self, connection: Connection) -> None:
        """Wait for the turn of a connection that begins to write; it has it until it is given back.

        After `patience` seconds OperationalError, as SQLite says it of a file that somebody keeps locked.
        """
        if HELD in connection.info:
            return
        until = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=self._patience):
            raise _locked()
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            self._threads.release()
            return
        if not _is_locked_by(file, until):
            os.close(file)
            self._threads.release()
            raise _locked()
        connection.info[HELD] = file

    def give_back(self, dbapi_connection: Any, record: Any) -> None:
        """Let the next one write, once a connection has come back to its pool."""
        file = record.info.pop(HELD, None)
        if file is not None:
            os.close(file)
            self._threads.release()


def _is_locked_by(file: int, until: float) -> bool:
    """Lock an open file, asking again in short steps; False if another process still has it then."""
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(ASK_AGAIN)
        else:
            return True


def _locked() -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
