"""Time plans: the Gantt chart, and the arrow diagram with its critical path."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import Field

from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import (
    Amount,
    Fact,
    Given,
    Keys,
    Line,
    Result,
    Tool,
    refuse,
    refuse_doubles,
)
from cp_circles.errors import msg


class GanttRow(Given):
    """One task with its planned and, where it began, its actual dates."""

    label: Line = Field(title=msg("Task"))
    who: str = Field(default="", max_length=100, title=msg("Responsible"))
    starts_on: date = Field(title=msg("Planned start"))
    ends_on: date = Field(title=msg("Planned end"))
    began_on: date | None = Field(default=None, title=msg("Actual start"))
    done_on: date | None = Field(default=None, title=msg("Actual end"))


class GanttInputs(Given):
    """Tasks and the day as of which they are looked at."""

    as_of: date | None = Field(default=None, title=msg("As of"))
    rows: tuple[GanttRow, ...] = Field(min_length=1, max_length=60, title=msg("Tasks"))


def compute_gantt(inputs: GanttInputs) -> Result:
    """Days of the plan, and the tasks that are late as of the day."""
    refuse_doubles([row.label for row in inputs.rows], "rows")
    for place, row in enumerate(inputs.rows):
        _dates(row, f"rows.{place}")
    first, last = min(row.starts_on for row in inputs.rows), max(row.ends_on for row in inputs.rows)
    late = [row for row in inputs.rows if _late(row, inputs.as_of)]
    done = sum(row.done_on is not None for row in inputs.rows)
    notes = tuple(
        Reason(
            msg("“%(task)s” was due on %(due)s and is late."), {"task": row.label, "due": row.ends_on}, "rows"
        )
        for row in late
    )
    text = msg("%(done)s of %(all)s tasks are done; %(late)s are late.")
    answer = Reason(text, {"done": done, "all": len(inputs.rows), "late": len(late)})
    return Result(answer=answer, facts=(Fact(msg("Planned days"), (last - first).days + 1),), notes=notes)


def _dates(row: GanttRow, field: str) -> None:
    if row.ends_on < row.starts_on:
        raise refuse(
            msg("“%(task)s” ends before it starts; exchange the dates."), f"{field}.ends_on", task=row.label
        )
    if row.done_on and not row.began_on:
        raise refuse(msg("“%(task)s” is done but has no start; add it."), f"{field}.began_on", task=row.label)
    if row.done_on and row.began_on and row.done_on < row.began_on:
        raise refuse(
            msg("“%(task)s” ends before it starts; exchange the dates."), f"{field}.done_on", task=row.label
        )


def _late(row: GanttRow, as_of: date | None) -> bool:
    if row.done_on:
        return row.done_on > row.ends_on
    return as_of is not None and as_of > row.ends_on


class Activity(Given):
    """One activity: how long it takes and what must be finished before it."""

    key: Line = Field(title=msg("Number"))
    text: Line = Field(title=msg("Activity"))
    days: Amount = Field(ge=0, title=msg("Duration (days)"))
    after: Keys = Field(default=(), title=msg("After (numbers)"))


class ArrowInputs(Given):
    """The activities of a plan."""

    rows: tuple[Activity, ...] = Field(min_length=2, max_length=40, title=msg("Activities of the plan"))


@dataclass(frozen=True)
class Timing:
    """Earliest and latest start and finish in days from the beginning; `slack` 0 is critical."""

    es: Decimal
    ef: Decimal
    ls: Decimal
    lf: Decimal

    @property
    def slack(self) -> Decimal:
        """How long the activity may be delayed without delaying the whole."""
        return self.ls - self.es


@dataclass(frozen=True, kw_only=True)
class ArrowResult(Result):
    """Times by key, the layer of each activity, the critical activities in order, and the whole length."""

    times: dict[str, Timing]
    layers: dict[str, int]
    critical: tuple[str, ...]
    length: Decimal


def compute_arrow(inputs: ArrowInputs) -> ArrowResult:
    """Forward and backward pass; Refused for an unknown predecessor or a circle."""
    rows = {row.key: row for row in inputs.rows}
    refuse_doubles([row.key for row in inputs.rows], "rows")
    for place, row in enumerate(inputs.rows):
        for key in row.after:
            if key not in rows:
                text = msg("“%(name)s” follows %(key)s, which is no activity; correct the number.")
                raise refuse(text, f"rows.{place}.after", name=row.text, key=key)
    order = _order(rows)
    finish: dict[str, Decimal] = {}
    layers: dict[str, int] = {}
    for key in order:
        after = rows[key].after
        finish[key] = max((finish[k] for k in after), default=Decimal(0)) + rows[key].days
        layers[key] = max((layers[k] + 1 for k in after), default=0)
    length = max(finish.values())
    latest = dict.fromkeys(rows, length)
    for key in reversed(order):
        for before in rows[key].after:
            latest[before] = min(latest[before], latest[key] - rows[key].days)
    times = {
        key: Timing(finish[key] - row.days, finish[key], latest[key] - row.days, latest[key])
        for key, row in rows.items()
    }
    critical = tuple(key for key in order if not times[key].slack)
    path = " → ".join(rows[key].text for key in critical)
    text = msg("The plan takes %(days)s days; critical are %(path)s.")
    answer = Reason(text, {"days": length, "path": path})
    facts = (Fact(msg("Length of the plan (days)"), length), Fact(msg("Critical activities"), len(critical)))
    return ArrowResult(
        answer=answer, facts=facts, times=times, layers=layers, critical=critical, length=length
    )


def _order(rows: dict[str, Activity]) -> list[str]:
    order: list[str] = []
    left = dict(rows)
    while left:
        ready = [key for key, row in left.items() if all(k not in left for k in row.after)]
        if not ready:
            names = "、".join(row.text for row in left.values())
            text = msg("These activities wait for each other in a circle: %(names)s. Remove one “after”.")
            raise refuse(text, "rows", names=names)
        order += ready
        for key in ready:
            del left[key]
    return order


GANTT = Tool(
    "gantt",
    msg("Gantt chart"),
    msg("Lays the planned and the actual time of each task side by side."),
    GanttInputs,
    compute_gantt,
)
ARROW = Tool(
    "arrow",
    msg("Arrow diagram"),
    msg("Draws what must be finished before what, and finds the critical path of the plan."),
    ArrowInputs,
    compute_arrow,
)
