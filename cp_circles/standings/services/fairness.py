"""A standing with the severity of its judges beside it, and both computed again to see whether they hold."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Event
from cp_circles.judging import guards
from cp_circles.judging.chain import sha256_of
from cp_circles.judging.models import Round, Standing
from cp_circles.judging.queries import rounds
from cp_circles.rulesets.schema import RoundRule
from cp_circles.standings.facts import RoundFacts
from cp_circles.standings.fairness import fairness_of
from cp_circles.standings.queries import standings
from cp_circles.standings.queries.circumstances import circumstances_of
from cp_circles.standings.working import ComputedTrack, compute_tracks

CLOSE = {"corrected": Decimal("0.02"), "se": Decimal("0.02"), "chance": Decimal("0.02")}
PLACES = 1
NOTHING: dict[str, Any] = {}


@dataclass(frozen=True)
class Computed:
    """The standing of each track, and the figures of its fairness report."""

    tracks: list[ComputedTrack]
    fairness: dict[str, Any]

    def severities(self) -> dict[int, dict[str, Any]]:
        """What is kept of severity beside each entry."""
        return {
            entry.id: {} if track.severity is None else track.severity.stored_of(entry.id)
            for track in self.tracks
            for entry in track.placing.entries
        }

    @property
    def sha256(self) -> str:
        """The fingerprint of all that was found out about the judges."""
        return severity_hash([[entry, kept] for entry, kept in self.severities().items()], self.fairness)


def severity_hash(rows: list[list[Any]], fairness: dict[str, Any]) -> str:
    """One hash over every row's (entry, severity) and the round's figures."""
    return sha256_of({"rows": sorted(rows, key=lambda row: row[0]), "fairness": fairness})


def computed(session: Session, round_: Round, facts: RoundFacts, rule: RoundRule) -> Computed:
    """The standing by the rule; SeverityRefused where it makes corrected scores official and none can be."""
    rubrics = rounds.rubrics_of(session, round_)
    tracks = compute_tracks(facts, rule, rubrics)
    fairness: dict[str, Any] = {}
    if rule.severity != "none":
        around = circumstances_of(session, round_, facts.sheets)
        fairness = fairness_of(facts, rule, rubrics, tracks, around)
    return Computed(tracks, fairness)


def severity_disagreements(session: Session) -> Iterator[tuple[Round, str]]:
    """Rounds whose standing keeps other figures of severity than it was hashed with, or than come out again.

    Figures come out again where the input is still the same, to 0.02 points and one place: the last digit
    may differ from one machine to another.
    """
    rounds = session.scalars(sa.select(Round).where(Round.standing_id.is_not(None)).order_by(Round.id))
    for round_ in rounds:
        standing = session.get(Standing, round_.standing_id)
        if standing is None or "fairness" not in standing.facts:
            continue
        yield from ((round_, what) for what in _disagreements(session, round_, standing))


def _disagreements(session: Session, round_: Round, standing: Standing) -> Iterator[str]:
    kept: dict[int, dict[str, Any]] = {}
    lines: dict[int, str] = {}
    for line in standings.lines_kept(session, standing.id):
        kept[line.entry_id] = line.working.get("severity") or NOTHING
        lines[line.entry_id] = _fingerprint(line.working, line.why)
    found = severity_hash([[entry, one] for entry, one in kept.items()], standing.facts["fairness"])
    event = session.scalar(
        sa.select(Event).where(
            Event.verb == "judging.compute_standing",
            Event.subject_kind == Standing.__tablename__,
            Event.subject_id == standing.id,
        )
    )
    if event is None or (event.after or {}).get("severity") != found:
        yield "the figures of severity are not those of the event"
    facts = standings.facts_behind(session, round_, standing)
    if facts.sha256 != standing.input_sha256:
        return
    again = computed(session, round_, facts, guards.rule_of(session, round_))
    for entry, now in again.severities().items():
        if not _is_close(kept.get(entry, {}), now):
            yield f"entry {entry} has another corrected score or interval"
    for row in (row for track in again.tracks for row in track.rows()):
        if lines.get(row.entry) != _fingerprint(json.loads(row.text), row.why):
            yield f"entry {row.entry} has another line than comes out again"


def _fingerprint(working: dict[str, Any], why: Any) -> str:
    """A line's working but for severity, and why it came so, in as little as tells it from another."""
    return sha256_of([{key: value for key, value in working.items() if key != "severity"}, why])


def _is_close(kept: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether two rows say the same but for the last digit."""
    if not kept or not now:
        return kept == now
    if any(abs(kept[key] - now[key]) > PLACES for key in ("low", "high")):
        return False
    for key, most in CLOSE.items():
        if (kept[key] is None) != (now[key] is None):
            return False
        if kept[key] is not None and abs(Decimal(kept[key]) - Decimal(now[key])) > most:
            return False
    return True
