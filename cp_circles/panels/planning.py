"""What a panel is planned from: entries, judges, costs of pairs, conflicts, and who reads what already."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from cp_circles.calc.assignment import BARRED
from cp_circles.calc.matching import EntryTraits, JudgeTraits, PairCosts, pair_costs
from cp_circles.calc.severity.connected import Group, groups
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.judges.models import JudgeProfile
from cp_circles.judges.queries import profiles_of
from cp_circles.judging import guards, phases
from cp_circles.judging.chain import sha256_of
from cp_circles.judging.models import Entry, Round, RoundJudge, SheetState
from cp_circles.judging.queries import panels
from cp_circles.organisations.models import Company, Industry
from cp_circles.panels.queries.places import Seat, seats_of
from cp_circles.panels.queries.recusals import recusals
from cp_circles.people.models import Person
from cp_circles.projects.models import Project
from cp_circles.results import queries as results
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import PanelCosts

WORKING = (SheetState.OPEN, SheetState.SUBMITTED)
NO_LIMIT = 1_000_000
Pair = tuple[int, int]


@dataclass(frozen=True)
class Situation:
    """All that a plan of one stage is made from; `apart` is (judge, entry) -> ground, a pair (entry, judge).

    `rooms` says how many further entries each judge may take, `unready` which entries are left out because
    their blind copy is not ready and confirmed, `away` who is away while the stage is scored.
    """

    stage: str
    size: int
    costs_edition_id: int
    entries: Sequence[Entry]
    judges: Sequence[RoundJudge]
    profiles: Mapping[int, JudgeProfile]
    costs: PairCosts
    apart: Mapping[Pair, str]
    held: Mapping[Pair, SheetState]
    anchors: frozenset[int]
    rooms: Mapping[int, int]
    away: frozenset[int]
    unready: tuple[int, ...]

    @cached_property
    def rows(self) -> dict[int, int]:
        """The place of each entry in the matrix."""
        return {entry.id: place for place, entry in enumerate(self.entries)}

    @cached_property
    def columns(self) -> dict[int, int]:
        """The place of each judge's person in the matrix."""
        return {judge.person_id: place for place, judge in enumerate(self.judges)}

    @cached_property
    def loads(self) -> dict[int, int]:
        """How many entries of the stage each judge reads already."""
        found = dict.fromkeys(self.columns, 0)
        for (_, person_id), state in self.held.items():
            if state in WORKING and person_id in found:
                found[person_id] += 1
        return found

    @cached_property
    def readers(self) -> dict[int, int]:
        """How many judges read each entry already; abstained and recused ones do not."""
        found = dict.fromkeys(self.rows, 0)
        for (entry_id, _), state in self.held.items():
            if state in WORKING and entry_id in found:
                found[entry_id] += 1
        return found

    @cached_property
    def matrix(self) -> NDArray[np.int64]:
        """The costs, barred where two are kept apart or the judge has the entry already."""
        found = self.costs.matrix.copy()
        barred = [(entry_id, person_id) for person_id, entry_id in self.apart]
        for entry_id, person_id in [*barred, *self.held]:
            if entry_id in self.rows and person_id in self.columns:
                found[self.rows[entry_id], self.columns[person_id]] = BARRED
        return found

    @cached_property
    def needs(self) -> list[int]:
        """How many judges each entry still lacks; an anchor is read by everybody who may read it."""
        free = (self.matrix != BARRED).sum(axis=1) if self.entries else []
        return [
            int(free[place]) if entry.id in self.anchors else max(0, self.size - self.readers[entry.id])
            for place, entry in enumerate(self.entries)
        ]

    @cached_property
    def digest(self) -> str:
        """The hash of all this: a plan made from something else is stale."""
        matrix = np.ascontiguousarray(self.matrix)
        return sha256_of(
            [
                [self.stage, self.size, self.costs_edition_id, sorted(self.anchors)],
                [entry.id for entry in self.entries],
                [[person_id, self.rooms[person_id]] for person_id in self.columns],
                sorted([*pair, state in WORKING] for pair, state in self.held.items()),
                hashlib.sha256(matrix.tobytes()).hexdigest(),
            ]
        )

    def is_barred(self, entry_id: int, person_id: int) -> bool:
        """True where a judge may not get an entry, or has it already."""
        if entry_id not in self.rows or person_id not in self.columns:
            return True
        return bool(self.matrix[self.rows[entry_id], self.columns[person_id]] == BARRED)

    def lacking(self, pairs: Iterable[Pair]) -> dict[int, int]:
        """Entries that would still have fewer judges than the panel's size, with how many they lack."""
        counts = dict(self.readers)
        for entry_id, _ in pairs:
            counts[entry_id] = counts.get(entry_id, 0) + 1
        return {id_: self.size - counts[id_] for id_ in self.rows if counts[id_] < self.size}

    def groups_by_track(self, pairs: Iterable[Pair]) -> dict[str, tuple[Group, ...]]:
        """By track, the groups of judges and entries that would hang together; one group is connected."""
        tracks = {entry.id: entry.track_key for entry in self.entries}
        met = [pair for pair, state in self.held.items() if state in WORKING]
        of_track: dict[str, list[Pair]] = {}
        for entry_id, person_id in [*met, *pairs]:
            if entry_id in tracks:
                of_track.setdefault(tracks[entry_id], []).append((person_id, entry_id))
        return {track: groups(found) for track, found in of_track.items()}


def is_ready(judge: RoundJudge) -> bool:
    """True for a judge who accepted and declared conflicts."""
    declared = judge.conflicts_declared_at is not None
    return judge.accepted_at is not None and judge.declined_at is None and declared


def rubric_id_of(round_: Round, entry: Entry, stage: str) -> int | None:
    """The edition of the rubric by which an entry is scored in a stage; None where its track has none."""
    track = next((track for track in round_.tracks if track.key == entry.track_key), None)
    return track.rubrics.get(stage) if track else None


def situation_of(session: Session, round_: Round, stage: str, now: datetime) -> Situation:
    """The situation of one stage now: a fixed number of statements."""
    judges = [judge for judge in panels.judges_of(session, round_.id) if is_ready(judge)]
    people = [judge.person_id for judge in judges]
    judged = [row for row in panels.judged_entries(session, round_.id) if rubric_id_of(round_, row, stage)]
    unready = _not_blinded(session, round_, judged)
    entries = [row for row in judged if row.id not in unready]
    ids = [entry.id for entry in entries]
    held = {
        pair: state
        for pair, state in panels.assigned_pairs(session, round_.id, stage).items()
        if pair[0] not in unready
    }
    profiles, edition = profiles_of(session, people), editions.newest_edition(session, "panel_costs")
    away = _away(session, round_, stage, profiles, now)
    terms = panels.terms_of(session, round_.id)
    seats = seats_of(session, [row.home_region_id for row in profiles.values()])
    traits = [_judge_traits(profiles.get(one), seats, now) for one in people]
    table = editions.pack_of(edition, PanelCosts).table
    working = dict.fromkeys(people, 0)
    for (_, person_id), state in held.items():
        if state in WORKING and person_id in working:
            working[person_id] += 1
    return Situation(
        stage=stage,
        size=round_.panel_size,
        costs_edition_id=edition.id,
        entries=entries,
        judges=judges,
        profiles=profiles,
        costs=pair_costs(_entry_traits(session, ids), traits, table),
        apart=recusals(session, round_, people, ids),
        held=held,
        anchors=frozenset(terms.anchors if terms else ()) & frozenset(ids),
        rooms={one: 0 if one in away else _room(profiles.get(one), working[one]) for one in people},
        away=away,
        unready=tuple(sorted(unready)),
    )


def _room(profile: JudgeProfile | None, load: int) -> int:
    limit = profile.workload_limit if profile and profile.workload_limit is not None else NO_LIMIT
    return max(0, limit - load)


def _not_blinded(session: Session, round_: Round, judged: Sequence[Entry]) -> set[int]:
    if not round_.is_blind:
        return set()
    waiting = results.results_not_blinded(session, [row.result_id for row in judged])
    return {row.id for row in judged if row.result_id in waiting}


def _away(
    session: Session, round_: Round, stage: str, profiles: Mapping[int, JudgeProfile], now: datetime
) -> frozenset[int]:
    rule, right = guards.rule_of(session, round_), phases.RIGHT_OF_STAGE[stage]
    opens, closes = phases.opens_at(round_, rule, right), phases.closes_at(round_, rule, right)
    if closes >= phases.NEVER or closes <= now:
        return frozenset()
    first, last = phases.OFFICE_HOURS.day_of(max(now, opens)), phases.OFFICE_HOURS.day_of(closes)
    return frozenset(one for one, profile in profiles.items() if profile.is_away(first, last))


def _judge_traits(profile: JudgeProfile | None, seats: Mapping[int, Seat], now: datetime) -> JudgeTraits:
    if profile is None:
        return JudgeTraits(frozenset(), frozenset(), frozenset(), frozenset({"zh"}))
    seat = seats.get(profile.home_region_id or 0, Seat())
    return JudgeTraits(
        industries=frozenset(profile.industries),
        domains=frozenset(profile.domains),
        methods=frozenset(profile.methods),
        languages=frozenset(profile.languages),
        city=seat.city,
        province=seat.province,
        level=profile.qualification.value if profile.qualification else "unqualified",
        expired=profile.is_expired(phases.OFFICE_HOURS.day_of(now)),
    )


def _entry_traits(session: Session, entry_ids: Sequence[int]) -> list[EntryTraits]:
    """What each entry asks of its judges, in the order of the ids."""
    rows = session.execute(
        sa.select(
            Entry.id, Project.domain, Edition.key, Company.region_id, Industry.id, Industry.parent_id,
            Person.locale,
        )
        .join(Result, Result.id == Entry.result_id)
        .join(Project, Project.id == Result.project_id)
        .join(Company, Company.id == Project.company_id)
        .outerjoin(Edition, Edition.id == Project.method_edition_id)
        .outerjoin(Industry, Industry.id == Company.industry_id)
        .outerjoin(Person, Person.id == Entry.submitted_by_id)
        .where(Entry.id.in_(entry_ids))
    ).all()  # fmt: skip
    seats = seats_of(session, [row[3] for row in rows])
    found = {}
    for entry_id, domain, method, region_id, industry_id, section_id, locale in rows:
        seat = seats.get(region_id, Seat())
        language = None if locale is None else "en" if locale.startswith("en") else "zh"
        found[entry_id] = EntryTraits(
            section_id or industry_id, domain, method, language, seat.city, seat.province
        )
    return [found[one] for one in entry_ids]
