"""The second stage: new rows are added, changed ones left or updated, in one transaction."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from cp_circles.db.engine import take_turns
from cp_circles.editions.queries import newest_pack
from cp_circles.errors import msg
from cp_circles.imports import places
from cp_circles.imports.findings import Checked, Finding, ProjectRow
from cp_circles.imports.mappings import known_projects
from cp_circles.imports.updating import update_project
from cp_circles.imports.writing import Progress, Writing, add_projects
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Mapping, Vocabulary

SKIP, UPDATE = "skip", "update"


@dataclass
class Outcome:
    """What the second stage did, in rows: added, updated, unchanged, and changed in the file but left."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    left: int = 0
    changed: list[Finding] = field(default_factory=list)


def sort_out(
    checked: Checked, known: dict[str, tuple[int, str]]
) -> tuple[list[ProjectRow], list[ProjectRow], int]:
    """The rows that are new, the rows that differ from what was imported, and how many are unchanged."""
    new, changed, unchanged = [], [], 0
    for row in checked.rows:
        stored = known.get(row.import_key)
        if stored is None:
            new.append(row)
        elif stored[1] == row.sha256:
            unchanged += 1
        else:
            changed.append(row)
    return new, changed, unchanged


def store(
    session: Session,
    *,
    actor: Actor,
    mapping: Mapping,
    checked: Checked,
    changed: str,
    now: datetime,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Store the good rows; rows that are there already stay, or are updated where `changed` says so."""
    take_turns(session, "imports")
    words = newest_pack(session, Vocabulary)
    writing = Writing(session, actor, mapping, words, now)
    known = known_projects(session, mapping)
    new, differing, unchanged = sort_out(checked, known)
    outcome = Outcome(added=len(new), unchanged=unchanged)
    if mapping.company.create is not None:
        facts = {row.company.code: row.company for row in [*new, *differing] if row.company is not None}
        places.put_companies(session, mapping, facts, now=now)
    add_projects(writing, new, progress)
    for row in differing:
        outcome.changed.append(Finding(row.sheet, row.number, "", CHANGED[changed], {"key": row.import_key}))
        if changed == UPDATE and update_project(writing, row, known[row.import_key][0]):
            outcome.updated += 1
        else:
            outcome.left += 1
    session.flush()
    return outcome


CHANGED = {
    SKIP: msg("%(key)s differs from what was imported before; the stored project was left as it is."),
    UPDATE: msg("%(key)s differs from what was imported before; claims that are not in verification follow."),
}
