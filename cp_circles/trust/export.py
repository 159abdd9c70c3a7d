"""The audit of a round: its chain, sheets, rule and standing as files that an outsider can check alone.

No name of a person stands in them: people are marks, judges the numbers of the panel, words only hashes.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.errors import DomainError, msg
from cp_circles.judging.chain import PLATFORM, canonical, chain_of, link_content, links_of
from cp_circles.judging.models import Round, RoundJudge, ScoreSheet, SheetState, Standing
from cp_circles.judging.plain_rule import plain_rule
from cp_circles.judging.queries import rounds, standings
from cp_circles.judging.services.locking import canonical_sheet
from cp_circles.judging.working import shown

EDITION = 1
HERE = Path(__file__).resolve().parent
VERIFIER = HERE.parents[1] / "tools" / "verify_audit.py"


class OldLinks(DomainError):
    """Links from before marks name their actor by id, and are not given out."""

    msgid = msg("This round began before marks stood for people in the chain; its events are not given out.")


def audit_files(session: Session, round_: Round, *, now: datetime) -> dict[str, str]:
    """The files of an export by name."""
    events, platform = links_of(session, chain_of(round_)), links_of(session, PLATFORM)
    if any(event.actor_id is not None and event.actor_mark is None for event in (*events, *platform)):
        raise OldLinks
    standing = standings.standing_by_id(session, round_.standing_id)
    rule = rounds.rule_of(session, round_)
    manifest = {
        "edition": EDITION,
        "round": round_.id,
        "chain": chain_of(round_),
        "level": round_.level.value,
        "name": round_.name,
        "exported_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "head": _head(events),
        "platform_head": _head(platform),
    }
    return {
        "README.md": (HERE / "export_readme.md").read_text(encoding="utf-8"),
        "verify_audit.py": verifier(),
        "manifest.json": canonical(manifest) + "\n",
        "events.jsonl": _lines(link_content(event) | {"hash": event.hash} for event in events),
        "platform.jsonl": _lines(link_content(event) | {"hash": event.hash} for event in platform),
        "rule.json": canonical(plain_rule(round_, rule, standings.rubrics_of(session, round_))) + "\n",
        "input.json": canonical(input_of(session, round_, standing)) + "\n",
        "sheets.jsonl": _lines(sheet_contents(session, round_.id)),
        "standing.jsonl": _lines(_rows(standing)),
    }


def verifier() -> str:
    """The text of the stand-alone verifier."""
    return VERIFIER.read_text(encoding="utf-8")


def write_audit(files: dict[str, str], path: Path) -> None:
    """Write an export as a zip file if the path says so, else into a folder."""
    if path.suffix == ".zip":
        path.write_bytes(packed(files))
        return
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8")


def packed(files: dict[str, str]) -> bytes:
    """An export as a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(name, text)
    return out.getvalue()


def input_of(session: Session, round_: Round, standing: Standing | None) -> dict[str, Any]:
    """What the standing that holds was computed from; without one, what stands in the round."""
    if standing is None:
        return standings.round_facts(session, round_).canonical()
    return standings.facts_behind(session, round_, standing).canonical()


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
    )
    for sheet, number in rows:
        yield {"sheet": sheet.id, "content": canonical_sheet(sheet, number or 0), "sha256": sheet.sha256}


def _rows(standing: Standing | None) -> Iterable[dict[str, Any]]:
    for row in standing.rows if standing else ():
        yield {
            "track": row.track_key,
            "entry": row.entry_id,
            "number": row.entry.number,
            "place": row.place,
            "score": shown(row.score),
            "decision": row.decision,
        }


def _head(events: Iterable[Event]) -> dict[str, Any] | None:
    last = None
    for event in events:
        last = {"position": event.position, "hash": event.hash}
    return last


def _lines(rows: Iterable[Any]) -> str:
    return "".join(canonical(row) + "\n" for row in rows)
