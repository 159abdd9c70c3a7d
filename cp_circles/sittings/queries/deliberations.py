"""Spread of the judges' totals by entry, and deliberations with the points side by side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.editions import queries as editions
from cp_circles.errors import NotFound
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.judging.queries import panels, rounds
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.sittings.models import Deliberation

Numbered = tuple[int, ScoreSheet]


@dataclass(frozen=True)
class Spread:
    """How far the locked totals of one entry lie apart in one stage.

    `totals` by judge number, none while a judge of the entry is awaited: who holds the round could still
    lean on that one; `percent` is the spread in percent of the sheet's maximum (None below two totals);
    `advice` is 'deliberate', 'third_reader' or '' by the rule of the round.
    """

    entry: Entry
    stage: str
    totals: tuple[tuple[int, Decimal], ...]
    open_sheets: int
    points: Decimal | None
    percent: Decimal | None
    advice: str
    deliberation: Deliberation | None


def spreads_of(session: Session, round_: Round, rule: RoundRule) -> list[Spread]:
    """Every judged entry and stage with its spread, the widest first: six statements."""
    grouped: dict[tuple[int, str], list[ScoreSheet]] = defaultdict(list)
    for sheet in panels.sheets_of_round(session, round_.id):
        grouped[sheet.entry_id, sheet.stage].append(sheet)
    numbers = numbers_of(session, round_.id)
    latest = {(row.entry_id, row.stage): row for row in _of_round(session, round_.id)}
    maxima = {
        id_: editions.pack(session, id_, Rubric).total
        for id_ in {sheet.rubric_edition_id for group in grouped.values() for sheet in group}
    }
    found = [
        spread_of(group, rule, numbers, maxima[group[0].rubric_edition_id], latest.get(key))
        for key, group in grouped.items()
    ]
    return sorted(found, key=lambda row: (-(row.percent or Decimal(-1)), row.entry.number, row.stage))


def spread_of(
    group: Sequence[ScoreSheet],
    rule: RoundRule,
    numbers: Mapping[int, int],
    maximum: Decimal,
    deliberation: Deliberation | None = None,
) -> Spread:
    """The spread of the sheets of one entry in one stage; `maximum` are the points of a full sheet."""
    open_sheets = sum(sheet.state is SheetState.OPEN for sheet in group)
    locked = [row for row in group if not open_sheets and row.state is SheetState.SUBMITTED]
    totals = sorted((numbers.get(sheet.judge_id, 0), sheet.total or Decimal(0)) for sheet in locked)
    values = [total for _number, total in totals]
    points = max(values) - min(values) if len(values) > 1 else None
    percent = None if points is None else round_half_up(to_fraction(points) * 100 / to_fraction(maximum), 1)
    return Spread(
        entry=group[0].entry,
        stage=group[0].stage,
        totals=tuple(totals),
        open_sheets=open_sheets,
        points=points,
        percent=percent,
        advice=advice_for(rule, percent),
        deliberation=deliberation,
    )


def advice_for(rule: RoundRule, percent: Decimal | None) -> str:
    """What the rule of the round asks for at this spread; nothing where it names no threshold."""
    limits = rule.disagreement
    if limits is None or percent is None or percent < limits.deliberate_from.value:
        return ""
    return "third_reader" if percent >= limits.third_reader_from.value else "deliberate"


def numbers_of(session: Session, round_id: int) -> dict[int, int]:
    """Person -> number on the panel."""
    rows = session.execute(
        sa.select(RoundJudge.person_id, RoundJudge.number).where(RoundJudge.round_id == round_id)
    )
    return {person_id: number for person_id, number in rows}


def sheets_of_entry(session: Session, entry_id: int, stage: str) -> list[ScoreSheet]:
    """Every sheet of one entry in one stage."""
    return list(
        session.scalars(
            sa.select(ScoreSheet)
            .options(joinedload(ScoreSheet.entry), joinedload(ScoreSheet.judge))
            .where(ScoreSheet.entry_id == entry_id, ScoreSheet.stage == stage)
            .order_by(ScoreSheet.id)
        )
    )


def numbered(session: Session, sheets: Sequence[ScoreSheet]) -> list[Numbered]:
    """The handed-in sheets with the number of their judge, by number."""
    numbers = numbers_of(session, sheets[0].round_id) if sheets else {}
    locked = [sheet for sheet in sheets if sheet.state is SheetState.SUBMITTED]
    return sorted(((numbers.get(row.judge_id, 0), row) for row in locked), key=lambda pair: pair[0])


@dataclass(frozen=True)
class Version:
    """What stood on a sheet when it was handed in, before it was given back."""

    points: dict[str, Any]
    comments: dict[str, Any]
    comment: str
    total: Decimal | None


def as_decided(
    session: Session, row: Deliberation, sheets: Sequence[ScoreSheet]
) -> list[tuple[int, ScoreSheet | Version]]:
    """The points the panel had before it when it decided (now, before it has), by judge number.

    Sheets scored again, and those of judges who came after the decision, are not what was talked about.
    """
    if row.decided_at is None:
        return [*numbered(session, sheets)]
    numbers = numbers_of(session, row.round_id)
    found = [(numbers.get(sheet.judge_id, 0), _at(sheet, row.decided_at)) for sheet in sheets]
    return sorted(((number, one) for number, one in found if one is not None), key=lambda pair: pair[0])


def _at(sheet: ScoreSheet, moment: datetime) -> ScoreSheet | Version | None:
    if sheet.submitted_at is not None and sheet.submitted_at < moment:
        return sheet if sheet.state is SheetState.SUBMITTED else None
    then = [one for one in sheet.earlier if one["handed_in"] and _time(one) < moment]
    if not then:
        return None
    last = then[-1]
    total = Decimal(last["total"]) if last["total"] else None
    return Version(last["points"], last["comments"], last["comment"], total)


def _time(one: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(one["handed_in"])


def deliberation_by_id(session: Session, deliberation_id: int) -> Deliberation:
    """The deliberation with its minutes and its round; NotFound if there is none."""
    found = session.scalar(
        sa.select(Deliberation)
        .options(
            selectinload(Deliberation.notes),
            joinedload(Deliberation.entry).joinedload(Entry.result),
            joinedload(Deliberation.round_).options(*rounds.EAGER),
        )
        .where(Deliberation.id == deliberation_id)
    )
    if found is None:
        raise NotFound
    return found


def open_deliberation(session: Session, entry_id: int, stage: str) -> Deliberation | None:
    """The deliberation of an entry in a stage that is not decided yet."""
    return session.scalar(
        sa.select(Deliberation).where(
            Deliberation.entry_id == entry_id,
            Deliberation.stage == stage,
            Deliberation.decided_at.is_(None),
        )
    )


def _of_round(session: Session, round_id: int) -> Sequence[Deliberation]:
    return session.scalars(
        sa.select(Deliberation).where(Deliberation.round_id == round_id).order_by(Deliberation.id)
    ).all()
