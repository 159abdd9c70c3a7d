"""The plan of a panel in words: who would read what and why, loads, what is short, what hangs together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from cp_circles.judging.models import Entry, RoundJudge, SheetState
from cp_circles.judging.presenting.names import track_name
from cp_circles.panels.planning import Pair, Situation
from cp_circles.panels.queries.recusals import GROUND_WORDS, Ground
from cp_circles.rulesets.schema import PanelCosts
from cp_circles.web.i18n import locale_name, register_labels

register_labels(GROUND_WORDS)


@dataclass(frozen=True)
class PlannedJudge:
    """One judge of one entry: planned with cost and reasons, or there already with the sheet's state."""

    person_id: int
    label: str
    cost: int = 0
    reasons: tuple[str, ...] = ()
    state: SheetState | None = None


@dataclass(frozen=True)
class PlanRow:
    """One entry of a plan with its judges, whom the organiser could put in, and who is kept apart and why.

    The options begin with those who fit best.
    """

    entry: Entry
    is_anchor: bool
    judges: list[PlannedJudge]
    lacking: int
    options: list[tuple[int, str]] = field(default_factory=list)
    apart: list[tuple[str, Ground | str]] = field(default_factory=list)


@dataclass(frozen=True)
class LoadLine:
    """One judge's entries: those already there, those planned, and what stands in the way."""

    label: str
    held: int
    planned: int
    limit: int | None
    is_away: bool
    is_expired: bool


def plan_rows(
    situation: Situation,
    pairs: Sequence[Pair],
    costs: PanelCosts,
    entries: Sequence[Entry],
    panel: Sequence[RoundJudge] = (),
) -> list[PlanRow]:
    """The rows of some entries of a plan; `panel` names judges too who handed in and have left since."""
    names = {judge.person_id: judge_label(judge) for judge in [*panel, *situation.judges]}
    planned: dict[int, list[int]] = {}
    for entry_id, person_id in pairs:
        planned.setdefault(entry_id, []).append(person_id)
    held: dict[int, list[int]] = {}
    for entry_id, person_id in situation.held:
        held.setdefault(entry_id, []).append(person_id)
    lacking = situation.lacking(pairs)
    return [
        PlanRow(
            entry,
            entry.id in situation.anchors,
            [
                PlannedJudge(one, names.get(one, "–"), state=situation.held[entry.id, one])
                for one in sorted(held.get(entry.id, ()))
            ]
            + [_planned(situation, costs, entry.id, one) for one in planned.get(entry.id, ())],
            lacking.get(entry.id, 0),
            _options(situation, entry.id, planned.get(entry.id, ())),
            _apart(situation, entry.id),
        )
        for entry in entries
    ]


def judge_label(judge: RoundJudge) -> str:
    """A judge's number on the panel and name."""
    return f"{judge.number} {judge.person.name}"


def _label(situation: Situation, person_id: int) -> str:
    place = situation.columns.get(person_id)
    return judge_label(situation.judges[place]) if place is not None else "–"


def _planned(situation: Situation, costs: PanelCosts, entry_id: int, person_id: int) -> PlannedJudge:
    row, column = situation.rows.get(entry_id), situation.columns.get(person_id)
    if row is None or column is None:
        return PlannedJudge(person_id, "–")
    locale, table = locale_name(), costs.table
    reasons = tuple(
        f"{costs.sentence(name, locale)} +{table[name]}" for name in situation.costs.reasons(row, column)
    )
    return PlannedJudge(
        person_id, _label(situation, person_id), int(situation.costs.matrix[row, column]), reasons
    )


def _options(situation: Situation, entry_id: int, planned: Sequence[int]) -> list[tuple[int, str]]:
    row = situation.rows[entry_id]
    free = [
        judge
        for judge in situation.judges
        if judge.person_id not in planned and not situation.is_barred(entry_id, judge.person_id)
    ]
    cost = {one.person_id: int(situation.costs.matrix[row, situation.columns[one.person_id]]) for one in free}
    free.sort(key=lambda judge: (cost[judge.person_id], judge.number))
    return [(one.person_id, f"{judge_label(one)} (+{cost[one.person_id]})") for one in free]


def _apart(situation: Situation, entry_id: int) -> list[tuple[str, Ground | str]]:
    return [
        (judge_label(judge), Ground.of(situation.apart[judge.person_id, entry_id]))
        for judge in situation.judges
        if (judge.person_id, entry_id) in situation.apart
    ]


def load_lines(situation: Situation, pairs: Sequence[Pair], today: date) -> list[LoadLine]:
    """The load of every judge under a plan, by number."""
    planned = dict.fromkeys(situation.columns, 0)
    for _, person_id in pairs:
        if person_id in planned:
            planned[person_id] += 1
    lines = []
    for judge in situation.judges:
        profile = situation.profiles.get(judge.person_id)
        lines.append(
            LoadLine(
                judge_label(judge),
                situation.loads[judge.person_id],
                planned[judge.person_id],
                profile.workload_limit if profile else None,
                judge.person_id in situation.away,
                bool(profile and profile.is_expired(today)),
            )
        )
    return lines


def apart_groups(situation: Situation, pairs: Sequence[Pair]) -> list[tuple[str, list[str]]]:
    """Tracks whose judges would not hang together: the track, and each group by the judges' numbers."""
    number = {judge.person_id: judge.number for judge in situation.judges}
    found = []
    for track, parts in situation.groups_by_track(pairs).items():
        if len(parts) > 1:
            named = [sorted(number[one] for one in part.judges if one in number) for part in parts]
            found.append((track_name(track), ["、".join(map(str, numbers)) or "–" for numbers in named]))
    return found


def total_cost(situation: Situation, pairs: Sequence[Pair]) -> int:
    """The sum of the costs of the planned pairs that still fit."""
    return sum(
        int(situation.costs.matrix[situation.rows[entry], situation.columns[person]])
        for entry, person in pairs
        if entry in situation.rows and person in situation.columns
    )
