"""Signals of a company's projects: the facts gathered for `calc.honesty`, and what was looked at already."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.calc import honesty
from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.models import Activity, ActivityPhoto, Circle
from cp_circles.db.models import Event
from cp_circles.editions.queries import packs
from cp_circles.errors import msg
from cp_circles.guidance.models import PicturePrint, SignalLook
from cp_circles.projects.models import Evidence, EvidenceVersion, Project, ProjectState, StepRecord
from cp_circles.results.models import Result, ResultState
from cp_circles.rulesets.schema import Method
from cp_circles.savings.models import Saving, SavingState

SIGNALS: dict[str, str] = {
    "dates": msg("Records dated before the registration or after the report"),
    "sitting": msg("All causes confirmed in one sitting"),
    "one_person": msg("All causes confirmed by one person"),
    "late_target": msg("Target set after the result"),
    "exact": msg("Target reached exactly"),
    "reused": msg("Image or file used again"),
    "short_effect": msg("Effect period shorter than the status period"),
    "indicator": msg("Another indicator in the effect than in the status"),
    "attendance": msg("Full attendance everywhere"),
    "vote": msg("Main causes by vote only"),
}
NOT_COUNTED = (SavingState.DRAFT, SavingState.WITHDRAWN, SavingState.REFUSED)


@dataclass(frozen=True)
class Signal:
    """One signal of a project: its key, what was seen, the fingerprint of that, and the look, if any."""

    key: str
    seen: tuple[honesty.Seen, ...]
    fingerprint: str
    look: SignalLook | None = None


@dataclass(frozen=True)
class ProjectSignals:
    """A project with its signals."""

    project: Project
    signals: tuple[Signal, ...]

    @property
    def open(self) -> tuple[Signal, ...]:
        """Those that nobody has looked at yet."""
        return tuple(one for one in self.signals if one.look is None)


@dataclass(frozen=True)
class _Facts:
    activities: Mapping[int, list[Activity]]
    records: Mapping[int, list[StepRecord]]
    files: Mapping[int, list[honesty.Picture]]
    savings: Mapping[int, list[Saving]]
    reported: Mapping[int, datetime]
    events: Mapping[int, list[Event]]
    methods: Mapping[int, Method]


def signals_of(
    session: Session, company_id: int, *, project_id: int | None = None, zone: tzinfo = SHANGHAI
) -> list[ProjectSignals]:
    """The projects of a company on which something stands out: a fixed number of statements."""
    projects = session.scalars(
        sa.select(Project)
        .options(selectinload(Project.indicators), joinedload(Project.circle).selectinload(Circle.members))
        .where(
            Project.company_id == company_id,
            Project.import_key.is_(None),
            Project.registered_at.is_not(None),
            Project.state != ProjectState.STOPPED,
        )
        .order_by(Project.id.desc())
    ).all()
    facts = _gather(session, projects)
    looks = {
        (row.project_id, row.signal, row.fingerprint): row
        for row in session.scalars(
            sa.select(SignalLook).where(SignalLook.project_id.in_([one.id for one in projects]))
        )
    }
    found = []
    for project in projects:
        if project_id is not None and project.id != project_id:
            continue
        rows = [_signal(key, seen) for key, seen in _seen(project, facts, zone).items() if seen]
        signals = [replace(row, look=looks.get((project.id, row.key, row.fingerprint))) for row in rows]
        if signals:
            found.append(ProjectSignals(project, tuple(signals)))
    return found


def _signal(key: str, seen: Sequence[honesty.Seen]) -> Signal:
    text = json.dumps([key, [[text, values] for text, values in seen]], default=_plain, sort_keys=True)
    return Signal(key, tuple(seen), hashlib.sha256(text.encode()).hexdigest())


def _plain(value: Any) -> str:
    """A value as it is fingerprinted: 110 and 110.000000 are the same number."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _seen(project: Project, facts: _Facts, zone: tzinfo) -> dict[str, list[honesty.Seen]]:
    activities = facts.activities.get(project.id, [])
    confirmations = _confirmations(project, facts)
    goals = [honesty.Goal(one.name, one.target, one.actual) for one in project.indicators]
    savings = facts.savings.get(project.id, [])
    effects = [_effect(row) for row in savings]
    registered = local_date(project.registered_at, zone) if project.registered_at else None
    reported = facts.reported.get(project.id)
    dated = [honesty.Dated(row.summary[:40], row.held_on) for row in activities]
    dated += [honesty.Dated(row.cause, row.on) for row in confirmations if row.on is not None]
    elsewhere = [one for id_, rows in facts.files.items() if id_ != project.id for one in rows]
    return {
        "dates": honesty.dated_outside(dated, registered, local_date(reported, zone) if reported else None),
        "sitting": honesty.confirmed_at_once(confirmations),
        "one_person": honesty.confirmed_by_one(confirmations),
        "late_target": honesty.target_after_result(*_moments(facts.events.get(project.id, []), savings)),
        "exact": honesty.target_met_exactly(goals),
        "reused": honesty.reused_files(facts.files.get(project.id, []), elsewhere),
        "short_effect": honesty.effect_shorter(effects),
        "indicator": honesty.other_indicator(
            {one.code for one in project.indicators}, {row.indicator_code for row in savings}
        ),
        "attendance": honesty.everybody_always_there(
            [_attendance(project.circle, row) for row in activities] if project.circle else []
        ),
        "vote": honesty.main_causes_by_vote(confirmations),
    }


def _attendance(circle: Circle, activity: Activity) -> tuple[int, int]:
    """How many took part, and how many were members on that day."""
    members = [
        row
        for row in circle.members
        if row.joined_on <= activity.held_on and (row.left_on is None or row.left_on >= activity.held_on)
    ]
    return len(activity.attendance), len(members)


def _effect(row: Saving) -> honesty.Effect:
    def days(first: date | None, last: date | None) -> int:
        return (last - first).days + 1 if first is not None and last is not None else 0

    return honesty.Effect(
        row.indicator_code,
        days(row.baseline_from, row.baseline_to),
        days(row.reporting_from, row.reporting_to),
    )


def _moments(events: Sequence[Event], savings: Sequence[Saving]) -> tuple[datetime | None, datetime | None]:
    """When a target was last changed, and when a result was first recorded or claimed."""
    changed = [
        one.at
        for one in events
        if one.verb == "projects.set_indicators" and (one.before or {}) != (one.after or {})
    ]
    known = [one.at for one in events if one.verb == "projects.record_actuals"]
    known += [claim.claimed_at for row in savings for claim in row.claims]
    return max(changed, default=None), min(known, default=None)


def _confirmations(project: Project, facts: _Facts) -> list[honesty.Confirmation]:
    """The confirmation rows that the method's gates name, read by the types of their fields."""
    method = facts.methods.get(project.method_edition_id or 0)
    if method is None:
        return []
    gates = [gate for step in method.steps for gate in step.gates if gate.kind == "every_end_cause_confirmed"]
    kinds = {kind.kind: kind for step in method.steps for kind in step.records}
    found = []
    for gate in gates:
        fields = kinds[gate.confirmations].fields
        for row in facts.records.get(project.id, []):
            if row.kind == gate.confirmations:
                found.append(_confirmation(row, fields, gate.confirmation_field, gate.decision_field))
    return found


def _confirmation(row: StepRecord, fields: Iterable[Any], cause: str, decision: str) -> honesty.Confirmation:
    content = row.content
    typed = {kind: [one.key for one in fields if one.type == kind] for kind in ("date", "person")}
    ground = " ".join(
        str(content.get(one.key) or "")
        for one in fields
        if one.type in {"text", "long_text"} and one.key != cause
    )
    return honesty.Confirmation(
        cause=str(content.get(cause) or ""),
        person=next((str(content[key]) for key in typed["person"] if content.get(key)), ""),
        on=next((_day(content[key]) for key in typed["date"] if content.get(key)), None),
        written_at=row.created_at,
        ground=ground,
        is_main=content.get(decision) in {True, "yes", "true", "y"},
    )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _gather(session: Session, projects: Sequence[Project]) -> _Facts:
    ids = [one.id for one in projects]
    activities = session.scalars(
        sa.select(Activity)
        .options(selectinload(Activity.attendance))
        .where(Activity.project_id.in_(ids), Activity.withdrawn_at.is_(None))
        .order_by(Activity.held_on, Activity.id)
    ).all()
    records = session.scalars(
        sa.select(StepRecord)
        .where(StepRecord.project_id.in_(ids), StepRecord.superseded_at.is_(None))
        .order_by(StepRecord.position, StepRecord.id)
    ).all()
    savings = session.scalars(
        sa.select(Saving)
        .options(selectinload(Saving.claims))
        .where(Saving.project_id.in_(ids), Saving.state.not_in(NOT_COUNTED))
    ).all()
    events = session.scalars(
        sa.select(Event)
        .where(
            Event.subject_kind == Project.__tablename__,
            Event.subject_id.in_(ids),
            Event.verb.in_(("projects.set_indicators", "projects.record_actuals")),
        )
        .order_by(Event.id)
    ).all()
    reported = session.execute(
        sa.select(Result.project_id, sa.func.max(Result.frozen_at))
        .where(Result.project_id.in_(ids), Result.state == ResultState.FROZEN)
        .group_by(Result.project_id)
    )
    return _Facts(
        activities=_by(activities, "project_id"),
        records=_by(records, "project_id"),
        files=_files(session, projects),
        savings=_by(savings, "project_id"),
        reported={id_: at for id_, at in reported if at is not None},
        events=_by(events, "subject_id"),
        methods=packs(session, {one.method_edition_id for one in projects if one.method_edition_id}, Method),
    )


def _files(session: Session, projects: Sequence[Project]) -> dict[int, list[honesty.Picture]]:
    titles = {one.id: one.title for one in projects}
    shown = session.execute(
        sa.select(Evidence.project_id, EvidenceVersion.sha256, EvidenceVersion.filename)
        .join(EvidenceVersion.evidence)
        .where(Evidence.project_id.in_(list(titles)), Evidence.withdrawn_at.is_(None))
    ).all()
    photos = session.execute(
        sa.select(Activity.project_id, ActivityPhoto.sha256, ActivityPhoto.name)
        .join(Activity, ActivityPhoto.activity_id == Activity.id)
        .where(Activity.project_id.in_(list(titles)), Activity.withdrawn_at.is_(None))
    ).all()
    prints = {
        sha256: dhash
        for sha256, dhash in session.execute(
            sa.select(PicturePrint.sha256, PicturePrint.dhash).where(
                PicturePrint.sha256.in_({row[1] for row in (*shown, *photos)})
            )
        )
    }
    files: dict[int, list[honesty.Picture]] = {}
    for project_id, sha256, name in (*shown, *photos):
        if project_id is None:
            continue
        picture = honesty.Picture(sha256, prints.get(sha256, ""), name, project_id, titles[project_id])
        files.setdefault(project_id, []).append(picture)
    return files


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found
