"""Causes as a tree, goals against results, planned against measured values, and targets by horizon."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cp_circles.calc.exact import round_half_up, to_fraction
from cp_circles.errors import msg
from cp_circles.projects.gates.facts import (
    IndicatorFacts,
    ProjectFacts,
    Row,
    is_decided,
    is_yes,
    number_of,
    same,
    text_of,
)
from cp_circles.projects.panels.shapes import Block, Branch, Cell, Grid, Head, Told, Word, word
from cp_circles.rulesets.schema import Method
from cp_circles.rulesets.schema.panels import (
    CausePanel,
    CountermeasurePanel,
    GoalFields,
    PlannedPanel,
    ResultFields,
    TargetPanel,
)

DEEPEST = 12


def cause_tree(panel: CausePanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """One tree for each crux; end causes are the leaves; causes that hang on nothing are named."""
    fields = panel.causes
    rows = facts.rows(fields.record)
    if not rows:
        text = msg("No cause yet: enter first causes without a parent, then deeper ones under them.")
        return (Block(told=(Told(word(text)),)),)
    known = {same(text_of(row, fields.name)) for row in rows}
    below = _children(rows, fields.name, fields.parent)
    marks = _marks(panel, facts)
    roots: dict[str, list[Row]] = {}
    for row in rows:
        roots.setdefault(text_of(row, fields.root), [])
        if not text_of(row, fields.parent):
            roots[text_of(row, fields.root)].append(row)
    ends = [row for row in rows if same(text_of(row, fields.name)) not in below]
    lost = [row for row in rows if _is_lost(row, rows, fields.name, fields.parent, known)]
    told = [
        Told(word(msg("%(count)s causes, of them %(ends)s end causes."), count=len(rows), ends=len(ends)))
    ]
    text = msg("The cause “%(name)s” hangs on no first cause: choose as its parent a cause that is listed.")
    told += [Told(word(text, name=text_of(row, fields.name)), "bad") for row in lost]
    blocks = [
        Block(name, tree=tuple(_branch(row, fields.name, below, marks, 1) for row in firsts))
        for name, firsts in roots.items()
        if firsts
    ]
    return (Block(told=tuple(told)), *blocks)


def end_causes(rows: Sequence[Row], name: str, parent: str) -> list[str]:
    """The causes under which no other stands, once each, in their order."""
    below = _children(rows, name, parent)
    texts = [text_of(row, name) for row in rows if same(text_of(row, name)) not in below]
    return list(dict.fromkeys(text for text in texts if text))


def _children(rows: Sequence[Row], name: str, parent: str) -> dict[str, list[Row]]:
    below: dict[str, list[Row]] = {}
    for row in rows:
        above = same(text_of(row, parent))
        if above and above != same(text_of(row, name)):
            below.setdefault(above, []).append(row)
    return below


def _is_lost(row: Row, rows: Sequence[Row], name: str, parent: str, known: set[str]) -> bool:
    above = {same(text_of(one, name)): same(text_of(one, parent)) for one in rows}
    here = same(text_of(row, name))
    for _step in range(len(rows) + 1):
        upper = above.get(here, "")
        if not upper:
            return False
        if upper not in known or upper == here:
            return True
        here = upper
    return True


def _marks(panel: CausePanel, facts: ProjectFacts) -> Mapping[str, Word]:
    if panel.confirmations is None:
        return {}
    fields = panel.confirmations
    return {
        same(text_of(row, fields.name)): word(
            msg("main cause") if is_yes(row, fields.decision) else msg("confirmed, not a main cause")
        )
        for row in facts.rows(fields.record)
        if is_decided(row, fields.decision)
    }


def _branch(
    row: Row, name: str, below: Mapping[str, Sequence[Row]], marks: Mapping[str, Word], depth: int
) -> Branch:
    key = same(text_of(row, name))
    rows = below.get(key, ()) if depth < DEEPEST else ()
    if not rows:
        note = (word(msg("end cause")), *((marks[key],) if key in marks else ()))
        return Branch(text_of(row, name), note)
    return Branch(text_of(row, name), (), tuple(_branch(one, name, below, marks, depth + 1) for one in rows))


def missed_goals(
    goals: GoalFields, results: ResultFields, lower: str, facts: ProjectFacts
) -> list[tuple[str, Cell, Cell]]:
    """Each countermeasure whose last result misses its goal: name, goal, result; `lower` is a direction."""
    rows = _compared(goals, results, lower, facts)
    return [(name, goal, value) for name, goal, value, _, reached in rows if reached is False]


def _compared(
    fields: GoalFields, results: ResultFields, lower_choice: str, facts: ProjectFacts
) -> list[tuple[str, Decimal | None, Decimal | None, str, bool | None]]:
    last: dict[str, Decimal | None] = {}
    for row in facts.rows(results.record):
        last[same(text_of(row, results.name))] = number_of(row, results.value)
    found = []
    for row in facts.rows(fields.record):
        name, goal = text_of(row, fields.name), number_of(row, fields.goal)
        value = last.get(same(name))
        lower = text_of(row, fields.direction) == lower_choice
        reached = None
        if goal is not None and value is not None:
            reached = value <= goal if lower else value >= goal
        found.append((name, goal, value, text_of(row, fields.unit), reached))
    return found


def countermeasure_results(
    panel: CountermeasurePanel, facts: ProjectFacts, method: Method
) -> tuple[Block, ...]:
    """Each countermeasure with its goal, its last result and whether that reaches the goal."""
    rows = _compared(panel.goals, panel.results, panel.lower_choice, facts)
    if not rows:
        return (Block(told=(Told(word(msg("No countermeasure yet."))),)),)
    missed = msg("“%(name)s” reached %(value)s %(unit)s instead of %(goal)s: change the measure and redo it.")
    told = [
        Told(word(missed, name=name, value=value, unit=unit, goal=goal), "bad")
        for name, goal, value, unit, reached in rows
        if reached is False
    ]
    waiting = sum(1 for row in rows if row[4] is None)
    if waiting:
        told.append(
            Told(word(msg("%(count)s countermeasures have no result in figures yet."), count=waiting))
        )
    elif not told:
        told.append(Told(word(msg("Every countermeasure reaches its goal.")), "good"))
    heads = (
        Head(word(msg("Countermeasure"))),
        Head(word(msg("Goal")), True),
        Head(word(msg("Result in figures")), True),
        Head(word(msg("Unit"))),
        Head(word(msg("Goal met"))),
    )
    cells = tuple((name, goal, value, unit, reached) for name, goal, value, unit, reached in rows)
    return (Block(told=tuple(told), grids=(Grid(word(msg("Goals and results")), heads, cells),)),)


def planned_actual(panel: PlannedPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """Planned and measured values with difference and percent of plan."""
    fields = panel.rows
    rows = facts.rows(fields.record)
    if not rows:
        return (Block(told=(Told(word(msg("No measured value yet."))),)),)
    heads = (
        Head(word(msg("Option"))),
        Head(word(msg("Item"))),
        Head(word(msg("Planned")), True),
        Head(word(msg("Measured")), True),
        Head(word(msg("Unit"))),
        Head(word(msg("Difference")), True),
        Head(word(msg("Percent of plan")), True),
    )
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        planned, actual = number_of(row, fields.planned), number_of(row, fields.actual)
        gap = actual - planned if actual is not None and planned is not None else None
        share = percent(actual, planned)
        unit = text_of(row, fields.unit)
        cells.append(
            (text_of(row, fields.name), text_of(row, fields.item), planned, actual, unit, gap, share)
        )
    none = [row for row in cells if row[6] is None]
    text = msg("“%(name)s” has no planned value to compare with, or a plan of zero.")
    told = tuple(Told(word(text, name=row[0]), "warn") for row in none)
    return (Block(told=told, grids=(Grid(word(msg("Planned and measured")), heads, tuple(cells)),)),)


def target_table(panel: TargetPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """Indicators, then the rows by horizon: present value, targets, and how much lower in percent."""
    rows = [_indicator_row(one) for one in facts.indicators]
    for row in facts.rows(panel.rows.record) if panel.rows else ():
        assert panel.rows is not None
        for value, day in ((panel.rows.near, panel.rows.near_on), (panel.rows.far, panel.rows.far_on)):
            goal, present = number_of(row, value), number_of(row, panel.rows.present)
            if goal is not None:
                item, unit = text_of(row, panel.rows.item), text_of(row, panel.rows.unit)
                rows.append((item, present, goal, unit, _lower(present, goal), text_of(row, day) or None))
    if not rows:
        return (Block(told=(Told(word(msg("No target yet: give the project an indicator."))),)),)
    heads = (
        Head(word(msg("Item"))),
        Head(word(msg("Present value")), True),
        Head(word(msg("Target")), True),
        Head(word(msg("Unit"))),
        Head(word(msg("Change in %%")), True),
        Head(word(msg("By"))),
    )
    text = msg("%(name)s: without a present value above zero no change in percent can be computed.")
    told = tuple(Told(word(text, name=row[0]), "warn") for row in rows if row[4] is None)
    undated = msg("%(name)s has no date; a target needs one.")
    told += tuple(Told(word(undated, name=row[0]), "bad") for row in rows if row[5] is None)
    return (Block(told=told, grids=(Grid(word(msg("Targets")), heads, tuple(rows)),)),)


def _indicator_row(one: IndicatorFacts) -> tuple[Cell, ...]:
    day = one.due_on.isoformat() if one.due_on else None
    return one.name, one.baseline, one.target, one.unit, _lower(one.baseline, one.target), day


def _lower(present: Decimal | None, goal: Decimal | None) -> Decimal | None:
    share = percent(goal, present)
    return None if share is None else share - 100


def percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """The part in percent of the whole, one decimal; None where that is not defined."""
    if part is None or whole is None or whole <= 0:
        return None
    return round_half_up(to_fraction(part) / to_fraction(whole) * 100, 1)
