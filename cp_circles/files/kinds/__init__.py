"""What a content is, told by the content alone; what is not known, broken or active is refused."""

from dataclasses import dataclass

from cp_circles.errors import Invalid, msg


class FileRefused(Invalid):
    """The file is not stored; the message says why and what would do."""

    msgid = msg("This file cannot be stored.")


@dataclass(frozen=True)
class Checked:
    """A content fit to be stored: pictures re-encoded, everything else as it came; sizes in pixels."""

    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def refuse(msgid: str, **values: object) -> FileRefused:
    """The refusal of a file, placed beside the file field."""
    return FileRefused(msgid, field="file", **values)
