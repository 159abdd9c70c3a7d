"""The figures that a text quotes, each with the record behind it, or marked as having none.

Only numbers with a unit, money or a percentage are asked for their record; years, dates, ordinals and the
numbers of standards are not. A figure is behind a quotation if it rounds, half up, to the quoted digits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from cp_circles.results.documents.units import FIGURE, MEASURES, SCALES, Measure, measure_of

Mark = Literal["plain", "recorded", "unrecorded"]
HUNDRED = Decimal(100)
SHARE = Measure("share", Decimal(1))


@dataclass(frozen=True)
class Quotation:
    """One number with its unit in a text: where it stands, its value as written, its digits."""

    start: int
    end: int
    value: Decimal
    measure: Measure

    @property
    def places(self) -> int:
        """How many decimals are written."""
        return max(0, -int(self.value.as_tuple().exponent))


@dataclass(frozen=True)
class Recorded:
    """A figure of the package in base units, and the place in the report where it stands."""

    value: Decimal
    kind: str
    place: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text: plain, or a figure with the place of its record, or one without any record."""

    text: str
    mark: Mark = "plain"
    place: str = ""


def quotations(text: str) -> list[Quotation]:
    """The numbers with units that a text quotes, in their order."""
    found = []
    for match in FIGURE.finditer(text):
        measure = _measure(match["before"], match["scale"], match["unit"], match["per"])
        if measure is not None:
            value = Decimal(match["number"].replace(",", ""))
            end = match.start() + len(match.group().rstrip())
            found.append(Quotation(match.start(), end, value, measure))
    return found


def _measure(before: str | None, scale: str | None, unit: str | None, per: str | None) -> Measure | None:
    if unit is None and before is None:
        return None
    top = MEASURES[unit] if unit is not None else MEASURES["元"]
    factor = top.factor * SCALES[scale or ""]
    if per is None:
        return Measure(top.kind, factor)
    below = MEASURES.get(per)
    if below is None:
        return Measure(f"{top.kind}/{per}", factor)
    return Measure(f"{top.kind}/{below.kind}", factor / below.factor)


def record_behind(quotation: Quotation, figures: Iterable[Recorded]) -> Recorded | None:
    """The first figure that rounds to what is quoted, whatever its sign; None where there is no record."""
    step = Decimal(1).scaleb(-quotation.places)
    for figure in figures:
        if figure.kind != quotation.measure.kind:
            continue
        shown = (abs(figure.value) / quotation.measure.factor).quantize(step, rounding=ROUND_HALF_UP)
        if shown == quotation.value:
            return figure
    return None


def marked(text: str, figures: Sequence[Recorded]) -> list[Piece]:
    """A text in pieces, each quoted figure joined to its record or marked; the pieces add up to the text."""
    pieces, last = [], 0
    for quotation in quotations(text):
        behind = record_behind(quotation, figures)
        pieces.append(Piece(text[last : quotation.start]))
        words = text[quotation.start : quotation.end]
        pieces.append(Piece(words, "recorded", behind.place) if behind else Piece(words, "unrecorded"))
        last = quotation.end
    pieces.append(Piece(text[last:]))
    return [piece for piece in pieces if piece.text]


def marked_texts(package: Mapping[str, Any]) -> dict[str, list[Piece]]:
    """The free texts of a package in pieces, each figure with the place of its record, or marked."""
    figures = recorded_figures(package)
    return {field: marked(text, figures) for field, text in free_texts(package).items()}


def unrecorded(package: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(field, words) of every figure in the free texts of a package that no record stands behind."""
    return [
        (field, piece.text)
        for field, pieces in marked_texts(package).items()
        for piece in pieces
        if piece.mark == "unrecorded"
    ]


def free_texts(package: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a report that people write freely."""
    return {
        "summary": package["summary"] or "",
        "reason": package["project"].get("reason") or "",
        "intangible": package["intangible"] or "",
    }


def recorded_figures(package: Mapping[str, Any]) -> list[Recorded]:
    """Every figure of a package with the place where the report shows it."""
    figures = [*_of_savings(package), *_of_indicators(package), *_of_steps(package)]
    totals = package["totals"]
    for name, unit in _AMOUNTS.items():
        figures += _figure(totals.get(name), unit, "r-summary")
        figures += _figure(totals.get(f"claimed_{name}"), unit, "r-summary")
    figures += _figure(package["project"].get("investment_yuan"), "元", "r-summary")
    for effect in package.get("effects", ()):
        figures += _of_words((effect["text"], effect["shown_by"]), "r-effects")
    for activity in package["activities"]:
        figures += _figure(activity["minutes"], "min", "r-activities")
    return figures


_AMOUNTS = {
    "kgce": "kgce",
    "kgco2e": "kgCO2e",
    "direct_yuan": "元",
    "indirect_yuan": "元",
    "forecast_yuan": "元",
}


def _figure(value: Any, unit: str, place: str) -> list[Recorded]:
    measure = measure_of(unit)
    if measure is None or value in (None, ""):
        return []
    try:
        return [Recorded(Decimal(str(value)) * measure.factor, measure.kind, place)]
    except InvalidOperation:
        return []


def _of_savings(package: Mapping[str, Any]) -> Iterator[Recorded]:
    for number, saving in enumerate(package["savings"], start=1):
        place = f"r-saving-{number}"
        for side in ("verified", "claimed"):
            amounts = saving[side] or {}
            for name, unit in {"quantity": saving["unit"], **_AMOUNTS}.items():
                yield from _figure(amounts.get(name), unit, place)
        yield from _of_side_effects(saving, place)
        yield from _figure(saving["percent"], "%", place)
        for side in ("baseline", "reporting"):
            rows = saving[side]["rows"]
            for row in rows:
                yield from _figure(row.get("quantity"), saving["unit"], place)
            yield from _figure(_sum(rows), saving["unit"], place)
        for factor in saving["factors"]:
            yield from _figure(factor.get("value"), f"{factor.get('unit')}/{factor.get('per_unit')}", place)


def _of_side_effects(saving: Mapping[str, Any], place: str) -> Iterator[Recorded]:
    part = saving.get("side_effects")
    if not part:
        return
    units = {"quantity": saving["unit"], "kgce": "kgce", "kgco2e": "kgCO2e", "yuan": "元"}
    for amounts in (part["before"], *(row["change"] for row in part["rows"])):
        for name, unit in units.items():
            yield from _figure(amounts[name], unit, place)
    for row in part["rows"]:
        yield from _figure(row["quantity"], row["unit"], place)


def _sum(rows: Sequence[Mapping[str, Any]]) -> Decimal | None:
    amounts = [Decimal(str(row["quantity"])) for row in rows if row.get("quantity") not in (None, "")]
    return sum(amounts, Decimal(0)) if amounts else None


def _of_indicators(package: Mapping[str, Any]) -> Iterator[Recorded]:
    place = "r-indicators"
    for row in package["indicators"]:
        for name in ("baseline", "target", "actual"):
            yield from _figure(row[name], row["unit"], place)
        for name in ("target", "actual"):
            if row["baseline"] in (None, "") or row[name] in (None, ""):
                continue
            baseline, other = Decimal(row["baseline"]), Decimal(row[name])
            yield from _figure(baseline - other, row["unit"], place)
            if baseline:
                yield Recorded((baseline - other) / baseline * HUNDRED, SHARE.kind, place)


def _of_steps(package: Mapping[str, Any]) -> Iterator[Recorded]:
    for step in package["steps"]:
        place = f"r-step-{step['key']}"
        for record in step["records"]:
            for row in record["rows"]:
                for field in record["fields"]:
                    yield from _of_cell(field, row.get(field["key"]), place)


def _of_cell(field: Mapping[str, Any], value: Any, place: str) -> Iterator[Recorded]:
    if field["type"] == "number":
        yield from _figure(value, field["unit"] or "", place)
    elif isinstance(value, str):
        yield from _of_words([value], place)


def _of_words(texts: Iterable[str], place: str) -> Iterator[Recorded]:
    for text in texts:
        for quotation in quotations(text):
            yield Recorded(quotation.value * quotation.measure.factor, quotation.measure.kind, place)
