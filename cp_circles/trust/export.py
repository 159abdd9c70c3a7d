"""The audit of a round: its chain, sheets, rule and standing as files that an outsider can check alone.

No name of a person stands in them: people are marks, judges the numbers of the panel, words only hashes.
"""

import os
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, msg
from cp_circles.judging.chain import AT_ONCE, PLATFORM, canonical, chain_of, last_of, link_content, links_of
from cp_circles.judging.figures import shown
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState, Standing, StandingRow
from cp_circles.judging.queries import rounds
from cp_circles.scoring.services.locking import canonical_sheet
from cp_circles.standings.facts import RoundFacts
from cp_circles.standings.plain_rule import plain_rule
from cp_circles.standings.queries import standings

EDITION = 1
HERE = Path(__file__).resolve().parent
VERIFIER = HERE.parents[1] / "tools" / "verify_audit.py"


class OldLinks(DomainError):
    """Links from before marks name their actor by id, and are not given out."""

    msgid = msg("This round began before marks stood for people in the chain; its events are not given out.")


def audit_files(session: Session, round_: Round, *, now: datetime) -> dict[str, Iterable[str]]:
    """The files of an export by name, each as portions of text that are read as they are asked for, once."""
    if _names_people(session, chain_of(round_)) or _names_people(session, PLATFORM):
        raise OldLinks
    rule, last = rounds.rule_of(session, round_), last_of(session, chain_of(round_))
    published = last_of(session, PLATFORM)
    manifest = {
        "edition": EDITION,
        "round": round_.id,
        "chain": chain_of(round_),
        "level": round_.level.value,
        "name": round_.name,
        "exported_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "head": _head(last),
        "platform_head": _head(published),
    }
    return {
        "README.md": [(HERE / "export_readme.md").read_text(encoding="utf-8")],
        "verify_audit.py": [verifier()],
        "manifest.json": [canonical(manifest), "\n"],
        "events.jsonl": _lines(_links(session, last)),
        "platform.jsonl": _lines(_links(session, published)),
        "rule.json": [canonical(plain_rule(round_, rule, rounds.rubrics_of(session, round_))), "\n"],
        "input.json": chain(facts_in(session, round_).text(), ["\n"]),
        "sheets.jsonl": _lines(sheet_contents(session, round_.id)),
        "standing.jsonl": _lines(_rows(session, round_.standing_id)),
    }


def _names_people(session: Session, name: str) -> bool:
    """True if a link of a chain names its actor by id only."""
    wanted = sa.select(Event.id).where(
        Event.chain == name, Event.actor_id.is_not(None), Event.actor_mark.is_(None)
    )
    return session.scalar(wanted.limit(1)) is not None


def _links(session: Session, last: Event | None) -> Iterable[dict[str, Any]]:
    """The links of a chain up to the one that the manifest names."""
    for event in links_of(session, str(last.chain), up_to=last.position) if last else ():
        yield link_content(event) | {"hash": event.hash}


def verifier() -> str:
    """The text of the stand-alone verifier."""
    return VERIFIER.read_text(encoding="utf-8")


def write_audit(files: Mapping[str, Iterable[str]], path: Path) -> None:
    """Write an export as a zip file if the path says so, else into a folder."""
    if path.suffix == ".zip":
        with path.open("wb") as out:
            pack(files, out)
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, portions in files.items():
        with (path / name).open("w", encoding="utf-8") as out_text:
            out_text.writelines(portions)


def pack(files: Mapping[str, Iterable[str]], out: IO[bytes]) -> None:
    """Write an export as a zip file, a portion of text at a time."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, portions in files.items():
            with target.open(name, "w") as member:
                for portion in portions:
                    member.write(portion.encode())


def packed(files: Mapping[str, Iterable[str]]) -> IO[bytes]:
    """An export as an open zip file of no name, which is gone once it is closed."""
    with TemporaryFile() as out:
        pack(files, out)
        out.seek(0)
        return os.fdopen(os.dup(out.fileno()), "rb")


def facts_in(session: Session, round_: Round) -> RoundFacts:
    """What the standing that holds was computed from; without one, what stands in the round."""
    standing = session.get(Standing, round_.standing_id) if round_.standing_id else None
    if standing is None:
        return standings.round_facts(session, round_)
    return standings.facts_behind(session, round_, standing)


def sheet_contents(session: Session, round_id: int) -> Iterable[dict[str, Any]]:
    """The handed-in sheets of a round: id, what is hashed of it now, and the hash that was kept.

    One by somebody who is not of the panel carries the number 0, so that it is found instead of left out.
    """
    rows = session.execute(
        sa.select(ScoreSheet, RoundJudge.number)
        .outerjoin(
            RoundJudge,
            sa.and_(RoundJudge.round_id == ScoreSheet.round_id, RoundJudge.person_id == ScoreSheet.judge_id),
        )
        .where(ScoreSheet.round_id == round_id, ScoreSheet.state == SheetState.SUBMITTED)
        .order_by(ScoreSheet.entry_id, ScoreSheet.stage, RoundJudge.number)
        .execution_options(yield_per=AT_ONCE)
    )
    for sheet, number in rows:
        yield {"sheet": sheet.id, "content": canonical_sheet(sheet, number or 0), "sha256": sheet.sha256}


def _rows(session: Session, standing_id: int | None) -> Iterable[dict[str, Any]]:
    rows = session.execute(
        sa.select(
            *(StandingRow.track_key, StandingRow.entry_id, Entry.number),
            *(StandingRow.place, StandingRow.score, StandingRow.decision),
        )
        .join(Entry, Entry.id == StandingRow.entry_id)
        .where(StandingRow.standing_id == standing_id)
        .order_by(StandingRow.track_key, StandingRow.place, StandingRow.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for track, entry, number, place, score, decision in rows:
        facts = {"track": track, "entry": entry, "number": number, "place": place}
        yield facts | {"score": shown(score), "decision": decision}


def _head(last: Event | None) -> dict[str, Any] | None:
    return {"position": last.position, "hash": last.hash} if last else None


def _lines(rows: Iterable[Any]) -> Iterable[str]:
    return (canonical(row) + "\n" for row in rows)
