"""What becomes of every stored column when a person's data are erased, and what an export leaves out.

`marks.csv` decides on each column that names a person or holds free text; a test finds columns without one.
"""

import csv
import enum
from functools import cache
from pathlib import Path

import sqlalchemy as sa

DECIDED = Path(__file__).parent / "marks.csv"


class Mark(enum.Enum):
    """What becomes of a column at an erasure."""

    EMPTIED = "emptied"
    DELETED = "deleted"
    NUMBER = "number"
    WORK = "work"
    RULE = "rule"
    PLAIN = "plain"


DELETED_ROWS = {
    "reminders": "person_id",
    "tasks": "person_id",
    "mails": "person_id",
    "notification_settings": "person_id",
    "announcement_reads": "person_id",
    "drafts": "person_id",
    "held_forms": "person_id",
    "invitations": "person_id",
    "one_time_codes": "person_id",
    "sign_ins": "person_id",
    "sendings": "person_id",
    "calendar_keys": "person_id",
    "data_exports": "person_id",
    "judge_ties": "person_id",
}
"""Tables whose rows of the person go, in this order; wrong tries of a sign-in go by their account."""

EMPTIED_ROWS = {
    ("employments", "person_id"): ("employee_number",),
    ("conflicts", "person_id"): ("note",),
    ("judge_profiles", "person_id"): ("certificate_number",),
    ("stand_ins", "person_id"): ("reason", "end_reason"),
}
"""Columns emptied in rows that stay, by table and owning column; the person row itself is emptied in code."""

PERSON_COLUMNS = frozenset({"person_id", "actor_id"})
SECRET_ENDS = ("_hash", "salt")


def points_to_person(column: sa.Column[object]) -> bool:
    """True for a column that holds a person's id."""
    keys = {key.column.table.name for key in column.foreign_keys}
    return "people" in keys or column.name in PERSON_COLUMNS


def is_secret(column: sa.Column[object]) -> bool:
    """True for what is kept to check a password, key or token, and shown to nobody."""
    return column.name.endswith(SECRET_ENDS) or isinstance(column.type, sa.LargeBinary)


def columns_to_decide(metadata: sa.MetaData) -> set[tuple[str, str]]:
    """Every column that can hold personal data: people's ids, texts, structured and binary contents."""
    found = set()
    for table in metadata.tables.values():
        for column in table.columns:
            free = isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary)
            if points_to_person(column) or (free and not isinstance(column.type, sa.Enum)):
                found.add((table.name, column.name))
    return found


@cache
def marks() -> dict[tuple[str, str], Mark]:
    """The decisions, by table and column."""
    with DECIDED.open(encoding="utf-8", newline="") as stream:
        return {(row["table"], row["column"]): Mark(row["mark"]) for row in csv.DictReader(stream)}
