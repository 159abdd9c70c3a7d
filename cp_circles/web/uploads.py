"""Uploads as bytes within limits; their type is checked by content when they are stored."""

from dataclasses import dataclass
from typing import Any

from cp_circles.errors import Invalid, msg

MEGABYTE = 1_000_000
LARGEST_FILE_MB = 20


@dataclass(frozen=True)
class Upload:
    """One file as it was sent; its name is only a label."""

    name: str
    content: bytes


def read_upload(storage: Any, *, field: str = "file", largest_mb: int = LARGEST_FILE_MB) -> Upload:
    """Read one upload (werkzeug FileStorage); raises Invalid if none was chosen, it is empty or too large."""
    if storage is None or not storage.filename:
        raise Invalid(msg("Please choose a file."), field=field)
    content = storage.stream.read(largest_mb * MEGABYTE + 1)
    if not content:
        raise Invalid(msg("The file is empty. Please choose another one."), field=field)
    if len(content) > largest_mb * MEGABYTE:
        raise Invalid(
            msg("The file is larger than %(largest)s MB. Please send a smaller one."),
            field=field,
            largest=largest_mb,
        )
    return Upload(_plain_name(storage.filename), content)


def read_uploads(
    storages: list[Any], *, field: str = "files", most: int = 10, largest_mb: int = LARGEST_FILE_MB
) -> list[Upload]:
    """Read several uploads; raises Invalid for too many, or for the first that cannot be taken."""
    if len(storages) > most:
        raise Invalid(msg("At most %(most)s files can be sent at once."), field=field, most=most)
    return [read_upload(storage, field=field, largest_mb=largest_mb) for storage in storages]


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "file"
