"""A project's own records as inputs of a tool: what is on offer, and the inputs made from a reference.

A source is a small mapping with `kind`: `record` (`step`, `record`, `label`, `amount`), `chain` (`step`,
`record`), `plan`, `indicators`, `readings` (`meter`), or `pairs` (`x`, `y`: two meters).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.tools import TOOLS, fields_of
from cp_circles.errors import Invalid, NotFound, msg
from cp_circles.metering.models import Meter, Reading
from cp_circles.metering.queries import meters_of, readings_of
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project, StepRecord
from cp_circles.rulesets.schema import Method, RecordField, RecordKind, Step

Source = Mapping[str, Any]
Filler = Callable[[Session, Project, str, Source, str, date], dict[str, Any]]
SERIES = ("run", "control_xmr", "histogram")
CHAINS = ("fishbone", "tree", "five_whys")
MOST_READINGS = 240
MOST_OFFERS = 24
INDEX_BASE = Decimal(100)


@dataclass(frozen=True)
class Offer:
    """One source that a tool can be filled from; `name` is finished text, or a msgid where `is_message`."""

    source: dict[str, Any]
    name: str
    is_message: bool = False

    @property
    def key(self) -> str:
        """The reference as one word of an address."""
        return written(self.source)


def written(source: Source) -> str:
    """A source as `kind:value:value`, as it stands in an address or a hidden field."""
    return ":".join(str(value) for value in source.values())


FIELDS = {
    "record": ("step", "record", "label", "amount"),
    "chain": ("step", "record"),
    "plan": (),
    "indicators": (),
    "readings": ("meter",),
    "pairs": ("x", "y"),
}


def read_source(text: str) -> dict[str, Any] | None:
    """The source that `written` made; None for an empty text, Invalid for anything else."""
    if not text.strip():
        return None
    kind, *values = text.strip().split(":")
    if kind not in FIELDS or len(values) != len(FIELDS[kind]) or any(len(value) > 40 for value in values):
        raise Invalid(msg("This source is not known."))
    return {"kind": kind, **dict(zip(FIELDS[kind], values, strict=True))}


def offers(session: Session, project: Project, code: str, *, language: str) -> list[Offer]:
    """What a tool can be filled from in this project."""
    found: list[Offer] = []
    if code in {"pareto", *SERIES, *CHAINS}:
        found += _record_offers(session, project, code, language)
    if code == "gantt" and project.plan_items:
        found.append(Offer({"kind": "plan"}, msg("Plan of the project"), True))
    if code == "radar" and len(_measured(project)) >= 3:
        found.append(Offer({"kind": "indicators"}, msg("Indicators of the project, baseline = 100"), True))
    if code in {*SERIES, "scatter"}:
        found += _meter_offers(meters_of(session, project.company_id), code)
    return found[:MOST_OFFERS]


def filled(
    session: Session, project: Project, code: str, source: Source, *, language: str, today: date
) -> dict[str, Any]:
    """Inputs of a tool from a source of this project; NotFound where the source is not the project's."""
    filler = FILLERS.get(str(source.get("kind")))
    if filler is None:
        raise NotFound
    return filler(session, project, code, source, language, today)


def _record_offers(session: Session, project: Project, code: str, language: str) -> list[Offer]:
    method = projects.method_of(session, project)
    written_rows = projects.records_of(session, project.id)
    found = []
    for step in method.steps:
        for kind in step.records:
            rows = [row for row in written_rows if (row.step_key, row.kind) == (step.key, kind.kind)]
            if len(rows) >= 2:
                found += _kind_offers(step, kind, code, language)
    return found


def _kind_offers(step: Step, kind: RecordKind, code: str, language: str) -> list[Offer]:
    place = {"step": step.key, "record": kind.kind}
    head = f"{step.number} {kind.names.in_(language)}"
    if code in CHAINS:
        return [Offer({"kind": "chain", **place}, head)] if len(_words(kind)) >= 2 else []
    labels = _words(kind)[:2] or [field for field in kind.fields if field.type == "date"][:1]
    numbers = [field for field in kind.fields if field.type == "number"]
    return [
        Offer(
            {"kind": "record", **place, "label": label.key, "amount": amount.key},
            f"{head}: {label.names.in_(language)} × {amount.names.in_(language)}",
        )
        for label in labels
        for amount in numbers
    ]


def _words(kind: RecordKind) -> list[RecordField]:
    return [field for field in kind.fields if field.type in {"text", "choice"}]


def _meter_offers(meters: Sequence[Meter], code: str) -> list[Offer]:
    if code != "scatter":
        return [
            Offer({"kind": "readings", "meter": str(meter.id)}, f"{meter.name} ({meter.unit})")
            for meter in meters
        ]
    drivers = [meter for meter in meters if meter.is_production or meter.is_driver]
    uses = [meter for meter in meters if meter not in drivers]
    return [
        Offer({"kind": "pairs", "x": str(x.id), "y": str(y.id)}, f"{x.name} → {y.name}")
        for x in drivers
        for y in uses
    ]


def _rows(
    session: Session, project: Project, source: Source
) -> tuple[RecordKind, Sequence[StepRecord], Method]:
    method = projects.method_of(session, project)
    step = method.step(str(source["step"]))
    kind = step.record(str(source["record"])) if step else None
    if kind is None:
        raise NotFound
    rows = projects.records_of(session, project.id, str(source["step"]))
    return kind, [row for row in rows if row.kind == kind.kind], method


def _text(field: RecordField, row: StepRecord, language: str) -> str:
    value = str(row.content.get(field.key) or "").strip()
    chosen = next((one for one in field.choices if one.key == value), None)
    return (chosen.names.in_(language) if chosen else value)[:200]


def _from_record(
    session: Session, project: Project, code: str, source: Source, language: str, today: date
) -> dict[str, Any]:
    kind, rows, _ = _rows(session, project, source)
    label, amount = kind.field(str(source["label"])), kind.field(str(source["amount"]))
    if label is None or amount is None:
        raise NotFound
    pairs = [
        (_text(label, row, language) or "–", Decimal(str(row.content[amount.key])))
        for row in rows
        if row.content.get(amount.key) not in (None, "")
    ]
    unit = (amount.unit or _unit_beside(kind, rows))[:30]
    if code != "pareto":
        return _series(code, [value for _, value in pairs], [text for text, _ in pairs], unit)
    sums: dict[str, Decimal] = {}
    for text, value in pairs:
        sums[text] = sums.get(text, Decimal(0)) + value
    return {"unit": unit, "rows": [{"label": text, "amount": str(value)} for text, value in sums.items()]}


def _unit_beside(kind: RecordKind, rows: Sequence[StepRecord]) -> str:
    if kind.field("unit") is None:
        return ""
    units = {str(row.content.get("unit") or "") for row in rows}
    return units.pop() if len(units) == 1 else ""


def _series(code: str, values: list[Decimal], labels: list[str], unit: str) -> dict[str, Any]:
    inputs: dict[str, Any] = {"unit": unit, "values": [str(value) for value in values]}
    if "labels" in {field.name for field in fields_of(TOOLS[code].inputs)}:
        inputs["labels"] = _distinct([label.replace(",", " ").replace("、", " ") for label in labels])
    return inputs


def _distinct(labels: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        out.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return out


def _from_chain(
    session: Session, project: Project, code: str, source: Source, language: str, today: date
) -> dict[str, Any]:
    kind, rows, _ = _rows(session, project, source)
    paths = [
        list(dict.fromkeys(text for field in _words(kind) if (text := _text(field, row, language))))
        for row in rows
    ]
    paths = [path for path in paths if path]
    root, common = project.title, {path[0] for path in paths}
    if len(common) == 1 and all(len(path) > 1 for path in paths):
        root, paths = paths[0][0], [path[1:] for path in paths]
    if code == "five_whys":
        longest = max(paths, key=len, default=[])
        return {"problem": root[:200], "whys": [{"answer": text} for text in longest[:7]]}
    nodes = _nodes(paths)
    if code == "tree":
        below = [{"key": key, "text": text, "parent": parent} for key, text, parent, _ in nodes]
        return {"goal": root[:200], "rows": below}
    bones = [(key, text, parent, top) for key, text, parent, top in nodes if parent]
    firsts = {key for key, _, parent, _ in nodes if not parent}
    causes = [
        {"key": key, "category": top, "text": text, "parent": "" if parent in firsts else parent}
        for key, text, parent, top in bones
    ]
    return {"problem": root[:200], "frame": "own", "causes": causes}


def _nodes(paths: list[list[str]]) -> list[tuple[str, str, str, str]]:
    keys: dict[tuple[str, ...], str] = {}
    nodes = []
    for path in paths:
        for depth in range(1, len(path) + 1):
            branch = tuple(path[:depth])
            if branch not in keys:
                keys[branch] = str(len(keys) + 1)
                nodes.append((keys[branch], path[depth - 1], keys.get(branch[:-1], ""), path[0]))
    return nodes


def _from_plan(
    session: Session, project: Project, code: str, source: Source, language: str, today: date
) -> dict[str, Any]:
    method = projects.method_of(session, project)
    begun: dict[str, date] = {}
    for record in projects.records_of(session, project.id):
        day = record.created_at.date()
        begun[record.step_key] = min(day, begun.get(record.step_key, day))
    steps = {row.key: row for row in project.steps}
    names = {step.key: f"{step.number} {step.names.in_(language)}" for step in method.steps}
    names |= {phase.key: phase.names.in_(language) for phase in method.phases}
    rows = []
    for item in project.plan_items:
        step = steps.get(item.step_key)
        done = step.completed_at.date() if step is not None and step.completed_at else None
        began = begun.get(item.step_key) or done
        rows.append(
            {
                "label": names.get(item.step_key, item.step_key),
                "who": item.owner,
                "starts_on": item.starts_on.isoformat(),
                "ends_on": item.ends_on.isoformat(),
                "began_on": min(began, done).isoformat() if began and done else _day(began),
                "done_on": _day(done),
            }
        )
    labels = _distinct([str(row["label"]) for row in rows])
    rows = [{**row, "label": label} for row, label in zip(rows, labels, strict=True)]
    return {"as_of": today.isoformat(), "rows": rows}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _measured(project: Project) -> list[Any]:
    return [row for row in project.indicators if row.baseline]


def _from_indicators(
    session: Session, project: Project, code: str, source: Source, language: str, today: date
) -> dict[str, Any]:
    def index(value: Decimal | None, base: Decimal) -> str | None:
        return None if value is None else str(round(value * INDEX_BASE / base, 2))

    rows = [
        {
            "label": row.name,
            "before": index(row.baseline, row.baseline),
            "target": index(row.target, row.baseline),
            "after": index(row.actual, row.baseline),
        }
        for row in _measured(project)
    ]
    values = [Decimal(row[name]) for row in rows for name in ("before", "target", "after") if row[name]]
    return {"highest": str(max([INDEX_BASE, *values])), "rows": rows}


def _meter(session: Session, project: Project, number: Any) -> Meter:
    meter = session.get(Meter, int(number)) if str(number).isdecimal() else None
    if meter is None or meter.company_id != project.company_id:
        raise NotFound
    return meter


def _readings(session: Session, meter: Meter) -> list[Reading]:
    return list(reversed(readings_of(session, meter, limit=MOST_READINGS)))


def _label(row: Reading) -> str:
    whole_month = row.starts_on.day == 1 and (row.ends_on - row.starts_on).days in range(27, 31)
    return row.starts_on.isoformat()[: 7 if whole_month else 10]


def _from_readings(
    session: Session, project: Project, code: str, source: Source, language: str, today: date
) -> dict[str, Any]:
    meter = _meter(session, project, source["meter"])
    rows = _readings(session, meter)
    return _series(code, [row.quantity for row in rows], [_label(row) for row in rows], meter.unit)


def _from_pairs(
    session: Session, project: Project, code: str, source: Source, language: str, today: date
) -> dict[str, Any]:
    x, y = (_meter(session, project, source[name]) for name in ("x", "y"))
    drivers = {(row.starts_on, row.ends_on): row.quantity for row in _readings(session, x)}
    both = [row for row in _readings(session, y) if (row.starts_on, row.ends_on) in drivers]
    return {
        "x_name": f"{x.name} ({x.unit})"[:60],
        "y_name": f"{y.name} ({y.unit})"[:60],
        "x": [str(drivers[row.starts_on, row.ends_on]) for row in both],
        "y": [str(row.quantity) for row in both],
    }


FILLERS: dict[str, Filler] = {
    "record": _from_record,
    "chain": _from_chain,
    "plan": _from_plan,
    "indicators": _from_indicators,
    "readings": _from_readings,
    "pairs": _from_pairs,
}
