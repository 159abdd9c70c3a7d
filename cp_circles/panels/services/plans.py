"""The plan of a panel: made at the least cost, changed by hand, and applied as one act."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.calc.assignment import assign
from cp_circles.errors import DomainError, Invalid, NotFound, Stale, msg
from cp_circles.judging import guards, phases, tasks
from cp_circles.judging.chain import record_round_event
from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet
from cp_circles.judging.panel_models import PanelPlan, PanelTerms, PlanState
from cp_circles.judging.queries import panels
from cp_circles.judging.queries.panels import terms_of
from cp_circles.notices.models import Task
from cp_circles.notices.services import finish_tasks
from cp_circles.panels import planning
from cp_circles.panels.planning import Situation, rubric_id_of, situation_of
from cp_circles.panels.queries.plans import open_plan, round_of
from cp_circles.panels.queries.recusals import Ground
from cp_circles.panels.services.assignments import (
    PANEL_STANDS,
    JudgeRecused,
    ask_to_score,
    require_assignable,
)
from cp_circles.people.rules import Actor

CHANGED = msg("Entries, judges or conflicts changed since this plan was made; make it anew.")
EDITED = msg("Somebody else changed this plan meanwhile; look at it again.")


def draft_panel(session: Session, *, actor: Actor, round_: Round, stage: str, now: datetime) -> PanelPlan:
    """Make the plan of a stage that costs least; it replaces the one that was open, and assigns nobody yet.

    Who reads an entry already, begun or handed in, stays; only what is lacking is planned.
    """
    _hold(session, actor, round_, now)
    situation = situation_of(session, round_, stage, now)
    made = _solved(situation)
    before = open_plan(session, round_.id, stage)
    if before is not None:
        before.state, before.closed_at = PlanState.REPLACED, now
    plan = PanelPlan(
        round_id=round_.id,
        stage=stage,
        costs_edition_id=situation.costs_edition_id,
        pairs=made,
        input_sha256=situation.digest,
        made_by_id=actor.person_id,
        made_at=now,
    )
    session.add(plan)
    session.flush()
    after = {"stage": stage, "pairs": len(made), "short": len(situation.lacking(_pairs(plan)))}
    record_round_event(
        session, round_=round_, actor=actor, verb="judging.draft_panel", subject=plan, at=now, after=after
    )
    return plan


def _solved(situation: Situation) -> list[list[int]]:
    people = [judge.person_id for judge in situation.judges]
    solved = assign(
        situation.matrix,
        situation.needs,
        [min(situation.rooms[one], len(situation.entries)) for one in people],
        held=[situation.loads[one] for one in people],
    )
    return sorted([situation.entries[row].id, people[column]] for row, column in solved.pairs)


def change_panel(
    session: Session,
    *,
    actor: Actor,
    plan: PanelPlan,
    version: int,
    entry_id: int,
    add: int | None = None,
    drop: int | None = None,
    now: datetime,
) -> PanelPlan:
    """Put a judge into the plan of an entry, take one out, or both at once; by person id.

    Refused with the ground where the two must be kept apart, and beyond a judge's workload.
    """
    round_ = round_of(session, plan)
    _hold(session, actor, round_, now)
    _require_open(session, plan, version)
    situation = situation_of(session, round_, plan.stage, now)
    if situation.digest != plan.input_sha256:
        raise Stale(CHANGED)
    if entry_id not in situation.rows:
        raise NotFound
    pairs = [list(pair) for pair in plan.pairs]
    if drop is not None:
        if [entry_id, drop] not in pairs:
            raise NotFound
        pairs.remove([entry_id, drop])
    if add is not None:
        _require_free(situation, pairs, entry_id, add)
        pairs.append([entry_id, add])
    if add is None and drop is None:
        raise Invalid(msg("Choose whom to take out or to put in."), field="add")
    plan.pairs, plan.edits, plan.version = sorted(pairs), plan.edits + 1, plan.version + 1
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.change_panel",
        subject=plan,
        at=now,
        before={"entry": entry_id, "judge": drop},
        after={"entry": entry_id, "judge": add},
    )
    return plan


def _require_free(situation: Situation, pairs: list[list[int]], entry_id: int, person_id: int) -> None:
    """Refuse a judge who must be kept apart, has the entry, or has enough to read."""
    if person_id not in situation.columns:
        raise NotFound
    judge = situation.judges[situation.columns[person_id]]
    entry = situation.entries[situation.rows[entry_id]]
    ground = situation.apart.get((person_id, entry_id))
    if ground is not None:
        raise JudgeRecused(judge=judge.person.name, entry=entry.number, ground=Ground.of(ground))
    if situation.is_barred(entry_id, person_id) or [entry_id, person_id] in pairs:
        raise DomainError(msg("This judge has this entry already."))
    planned = sum(1 for _, one in pairs if one == person_id)
    if planned >= situation.rooms[person_id]:
        raise DomainError(
            msg("%(name)s takes no more entries: away, or the workload is reached."), name=judge.person.name
        )


def assign_panel(
    session: Session, *, actor: Actor, plan: PanelPlan, version: int, now: datetime
) -> Sequence[ScoreSheet]:
    """Give every judge of the plan their sheets, as one act; Stale if the plan no longer fits.

    The round's chain names judges by their number on the panel: outsiders read it.
    """
    round_ = round_of(session, plan)
    _hold(session, actor, round_, now)
    _require_open(session, plan, version)
    if not plan.pairs:
        raise DomainError(msg("Every accepted entry has its judges, or no judge is ready."))
    situation = situation_of(session, round_, plan.stage, now)
    pairs = _pairs(plan)
    if situation.digest != plan.input_sha256 or any(situation.is_barred(*pair) for pair in pairs):
        raise Stale(CHANGED)
    entries = {row.id: row for row in situation.entries}
    judges = {row.person_id: row for row in situation.judges}
    if round_.is_blind and any(entries[one].blind_number is None for one, _ in pairs):
        raise DomainError(msg("Give the entries their blind numbers first."))
    sheets = [_sheet(round_, entries[one], person_id, plan.stage) for one, person_id in pairs]
    session.add_all(sheets)
    plan.state, plan.closed_at, plan.version = PlanState.APPLIED, now, plan.version + 1
    session.flush()
    numbered = [[one, judges[person_id].number] for one, person_id in pairs]
    after = {"plan": plan.id, "stage": plan.stage, "edits": plan.edits, "pairs": numbered}
    record_round_event(
        session, round_=round_, actor=actor, verb="judging.assign_panel", subject=round_, at=now, after=after
    )
    _settle_tasks(session, entries, judges, pairs, now)
    return sheets


def _sheet(round_: Round, entry: Entry, person_id: int, stage: str) -> ScoreSheet:
    return ScoreSheet(
        round_id=round_.id,
        entry=entry,
        judge_id=person_id,
        stage=stage,
        rubric_edition_id=rubric_id_of(round_, entry, stage),
        points={},
        comments={},
    )


def _settle_tasks(
    session: Session,
    entries: dict[int, Entry],
    judges: dict[int, RoundJudge],
    pairs: Sequence[planning.Pair],
    now: datetime,
) -> None:
    """Judges are asked to score; entries that waited for another judge wait no more."""
    given = {entry_id for entry_id, _ in pairs}
    waiting = session.scalars(
        sa.select(Task.subject_id).where(
            Task.kind == tasks.REPLACE, Task.subject_kind == Entry.__tablename__, Task.done_at.is_(None)
        )
    ).all()
    for entry_id in sorted(given & set(waiting)):
        finish_tasks(session, subject=entries[entry_id], kind=tasks.REPLACE, now=now)
    for person_id in sorted({person_id for _, person_id in pairs}):
        ask_to_score(session, judges[person_id], now)


def set_panel_terms(
    session: Session,
    *,
    actor: Actor,
    round_: Round,
    anchors: Sequence[int] = (),
    other_city: bool = False,
    now: datetime,
) -> PanelTerms:
    """Choose the entries that every judge reads, and whether judges come from another city only.

    The second stands once somebody has an entry: a rule that some were chosen by does not change.
    """
    _hold(session, actor, round_, now)
    known = {row.id for row in panels.judged_entries(session, round_.id)}
    if not set(anchors) <= known:
        raise Invalid(msg("Tick only what stands in the list."), field="anchors")
    terms = terms_of(session, round_.id)
    was = bool(terms and terms.other_city)
    if other_city != was and panels.loads_of(session, round_.id):
        raise DomainError(msg("Judges have entries already; the rule about other cities stands."))
    before = {"anchors": sorted(terms.anchors) if terms else [], "other_city": was}
    if terms is None:
        terms = PanelTerms(round_id=round_.id, saved_at=now)
        session.add(terms)
    terms.anchors, terms.other_city, terms.saved_at = sorted(set(anchors)), other_city, now
    session.flush()
    record_round_event(
        session,
        round_=round_,
        actor=actor,
        verb="judging.set_panel_terms",
        subject=round_,
        at=now,
        before=before,
        after={"anchors": terms.anchors, "other_city": other_city},
    )
    return terms


def _hold(session: Session, actor: Actor, round_: Round, now: datetime) -> None:
    guards.require_organiser(actor, round_)
    guards.lock_round(session, round_)
    phases.require_unpublished(round_, PANEL_STANDS)
    require_assignable(session, round_, now)


def _require_open(session: Session, plan: PanelPlan, version: int) -> None:
    session.refresh(plan)
    if plan.state is not PlanState.OPEN or plan.version != version:
        raise Stale(EDITED)


def _pairs(plan: PanelPlan) -> list[planning.Pair]:
    return [(entry_id, person_id) for entry_id, person_id in plan.pairs]
