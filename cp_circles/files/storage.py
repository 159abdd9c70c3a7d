"""Where contents are kept: a folder, each file named by the SHA-256 of what is in it."""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from cp_circles.errors import NotFound

SHA256 = re.compile(r"[0-9a-f]{64}")


class Storage(Protocol):
    """Keeps contents under their hash; what is kept never changes."""

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a content; keeping it twice is no error."""

    def open(self, sha256: str) -> BinaryIO:
        """A stream of the content; NotFound if it is not there."""

    def has(self, sha256: str) -> bool:
        """True if the content is there."""

    def names(self) -> Iterator[str]:
        """The hashes of everything that is kept."""


class LocalStorage:
    """A local folder; a file appears under its name only when it is whole and on the disk."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def put(self, sha256: str, content: bytes) -> None:
        """Write beside, fsync, rename by hash, and fsync the folder."""
        target = self._path(sha256)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".incoming-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)

    def open(self, sha256: str) -> BinaryIO:
        """A stream of the content; NotFound if it is not there."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound from error

    def has(self, sha256: str) -> bool:
        """True if the content is there."""
        return self._path(sha256).is_file()

    def names(self) -> Iterator[str]:
        """The hashes of everything that is kept."""
        for path in sorted(self.root.glob("??/*")):
            if SHA256.fullmatch(path.name):
                yield path.name

    def _path(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise NotFound
        return self.root / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
