"""The records of a project's steps as a source: amounts by label, counts by month, found among inspected."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from cp_circles.errors import NotFound
from cp_circles.projects import queries as projects
from cp_circles.projects.models import StepRecord
from cp_circles.rulesets.schema import RecordField, RecordKind, Step
from cp_circles.tools.sources.kinds import (
    SERIES,
    SHARES,
    Asked,
    Found,
    Inputs,
    Kind,
    Offer,
    Source,
    series,
    shares,
)

MOST_ITEMS = 6
MOST_COLUMNS = 31


def written_kinds(asked: Asked) -> list[tuple[Step, RecordKind, list[StepRecord]]]:
    """Every kind of record of which the project has two rows or more, with its step and rows."""
    method = projects.method_of(asked.session, asked.project)
    written = projects.records_of(asked.session, asked.project.id)
    found = []
    for step in method.steps:
        for kind in step.records:
            rows = [row for row in written if (row.step_key, row.kind) == (step.key, kind.kind)]
            if len(rows) >= 2:
                found.append((step, kind, rows))
    return found


def rows_of(asked: Asked, source: Source) -> tuple[RecordKind, list[StepRecord]]:
    """The kind of record that a source names, and its rows; NotFound for one that the method lacks."""
    step = projects.method_of(asked.session, asked.project).step(str(source["step"]))
    kind = step.record(str(source["record"])) if step else None
    if kind is None:
        raise NotFound
    rows = projects.records_of(asked.session, asked.project.id, str(source["step"]))
    return kind, [row for row in rows if row.kind == kind.kind]


def words(kind: RecordKind) -> list[RecordField]:
    """The fields that hold words."""
    return [field for field in kind.fields if field.type in {"text", "choice"}]


def text_in(field: RecordField, row: StepRecord, language: str) -> str:
    """What a row says in a field, a choice by its name; at most 200 characters."""
    value = str(row.content.get(field.key) or "").strip()
    chosen = next((one for one in field.choices if one.key == value), None)
    return (chosen.names.in_(language) if chosen else value)[:200]


def heading(step: Step, kind: RecordKind, language: str) -> str:
    """The number of the step and the name of the record."""
    return f"{step.number} {kind.names.in_(language)}"


def place(step: Step, kind: RecordKind) -> dict[str, str]:
    """Step and record as a reference holds them."""
    return {"step": step.key, "record": kind.kind}


def _numbers(kind: RecordKind) -> list[RecordField]:
    return [field for field in kind.fields if field.type == "number"]


def _dates(kind: RecordKind) -> list[RecordField]:
    return [field for field in kind.fields if field.type == "date"]


def _has(row: StepRecord, field: RecordField) -> bool:
    return row.content.get(field.key) not in (None, "")


def _amount(row: StepRecord, field: RecordField) -> Decimal:
    return Decimal(str(row.content[field.key]))


def _amount_offers(asked: Asked) -> list[Offer]:
    found = []
    for step, kind, _rows in written_kinds(asked):
        for label in words(kind)[:2] or _dates(kind)[:1]:
            for amount in _numbers(kind):
                source = {"kind": "record", **place(step, kind), "label": label.key, "amount": amount.key}
                names = f"{label.names.in_(asked.language)} × {amount.names.in_(asked.language)}"
                found.append(Offer(source, f"{heading(step, kind, asked.language)}: {names}"))
    return found


def _amounts(asked: Asked, source: Source) -> Inputs:
    kind, rows = rows_of(asked, source)
    label, amount = kind.field(str(source["label"])), kind.field(str(source["amount"]))
    if label is None or amount is None:
        raise NotFound
    pairs = [
        (text_in(label, row, asked.language) or "–", _amount(row, amount))
        for row in rows
        if _has(row, amount)
    ]
    unit = (amount.unit or _unit_beside(kind, rows))[:30]
    if asked.code != "pareto":
        return series(asked.code, [value for _, value in pairs], [text for text, _ in pairs], unit)
    sums: dict[str, Decimal] = {}
    for text, value in pairs:
        sums[text] = sums.get(text, Decimal(0)) + value
    return {"unit": unit, "rows": [{"label": text, "amount": str(value)} for text, value in sums.items()]}


def _unit_beside(kind: RecordKind, rows: Sequence[StepRecord]) -> str:
    if kind.field("unit") is None:
        return ""
    units = {str(row.content.get("unit") or "") for row in rows}
    return units.pop() if len(units) == 1 else ""


def _crossed_offers(asked: Asked) -> list[Offer]:
    found = []
    for step, kind, _rows in written_kinds(asked):
        for label in words(kind)[:3]:
            for by in _dates(kind)[:1]:
                source = {"kind": "crossed", **place(step, kind), "label": label.key, "by": by.key}
                names = f"{label.names.in_(asked.language)} × {by.names.in_(asked.language)}"
                found.append(Offer(source, f"{heading(step, kind, asked.language)}: {names}"))
    return found


def _crossed(asked: Asked, source: Source) -> Inputs:
    """How many rows stand under each label in each month."""
    kind, rows = rows_of(asked, source)
    label, by = kind.field(str(source["label"])), kind.field(str(source["by"]))
    if label is None or by is None:
        raise NotFound
    marks = [
        (text_in(label, row, asked.language) or "–", str(row.content[by.key])[:7])
        for row in rows
        if _has(row, by)
    ]
    columns = sorted({month for _, month in marks})[-MOST_COLUMNS:]
    labels = list(dict.fromkeys(text for text, _ in marks))
    counts = [
        {"label": text, "counts": [str(marks.count((text, month))) for month in columns]} for text in labels
    ]
    return {"columns": columns, "rows": counts}


def _item_fields(kind: RecordKind) -> tuple[RecordField, RecordField, RecordField] | None:
    """Where a record names its sample, what was counted in it, and how much."""
    texts, numbers = words(kind), _numbers(kind)
    return (texts[0], texts[1], numbers[0]) if len(texts) >= 2 and numbers else None


def _items(kind: RecordKind, rows: Sequence[StepRecord], language: str) -> dict[str, list[StepRecord]]:
    fields = _item_fields(kind)
    found: dict[str, list[StepRecord]] = {}
    for row in rows:
        if fields is not None and _has(row, fields[2]):
            found.setdefault(text_in(fields[1], row, language), []).append(row)
    return {text: group for text, group in found.items() if text and len(group) >= 2}


def _found_offers(asked: Asked) -> list[Offer]:
    found = []
    for step, kind, rows in written_kinds(asked):
        items = dict(list(_items(kind, rows, asked.language).items())[:MOST_ITEMS])
        for count, size in permutations(items, 2):
            numbers = {"count": str(items[count][0].position), "size": str(items[size][0].position)}
            source = {"kind": "found", **place(step, kind), **numbers}
            if _fits(asked.code, _samples(asked, source, kind, rows)):
                found.append(Offer(source, f"{heading(step, kind, asked.language)}: {count} / {size}"))
    return found


def _fits(code: str, rows: Sequence[Found]) -> bool:
    whole = all(Decimal(row.count) == int(Decimal(row.count)) for row in rows)
    part = all(Decimal(row.count) <= Decimal(row.size) for row in rows)
    return len(rows) >= 2 and whole and (part or code == "control_u")


def _samples(asked: Asked, source: Source, kind: RecordKind, rows: Sequence[StepRecord]) -> list[Found]:
    """The samples in the order of their rows: the item of the one row counted among that of the other."""
    fields = _item_fields(kind)
    by_place = {str(row.position): row for row in rows}
    count, size = by_place.get(str(source["count"])), by_place.get(str(source["size"]))
    if fields is None or count is None or size is None:
        raise NotFound
    counts, sizes = (_by_label(rows, one, fields, asked.language) for one in (count, size))
    return [Found(text or "–", str(sizes[text]), str(one)) for text, one in counts.items() if sizes.get(text)]


def _by_label(
    rows: Sequence[StepRecord],
    first: StepRecord,
    fields: tuple[RecordField, RecordField, RecordField],
    language: str,
) -> dict[str, Decimal]:
    label, item, amount = fields
    wanted = text_in(item, first, language)
    group = [row for row in rows if _has(row, amount) and text_in(item, row, language) == wanted]
    return {text_in(label, row, language): _amount(row, amount) for row in group}


def _found(asked: Asked, source: Source) -> Inputs:
    return shares(asked.code, _samples(asked, source, *rows_of(asked, source)))


RECORD = Kind(
    "record", ("step", "record", "label", "amount"), frozenset({"pareto", *SERIES}), _amount_offers, _amounts
)
CROSSED = Kind(
    "crossed", ("step", "record", "label", "by"), frozenset({"check_sheet"}), _crossed_offers, _crossed
)
FOUND = Kind("found", ("step", "record", "count", "size"), frozenset(SHARES), _found_offers, _found)
