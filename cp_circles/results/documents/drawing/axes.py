"""Axes of a still picture: numbers, days or categories on a stretch of pixels, with their ticks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import Any

from cp_circles.charts.diagram import fold

DAY = 86_400_000
FIRST = date(1970, 1, 1)
MULTIPLES = (1, 2, 2.5, 5, 10)
MOST_LABELS, SMALL = 12, 11


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` on the pixels from `start` to `end`; categories stand at whole numbers."""

    low: float
    high: float
    start: float = 0
    end: float = 1
    ticks: tuple[tuple[float, str], ...] = ()
    places: Mapping[str, int] | None = None

    def value(self, given: Any) -> float:
        """A number for a number, a category or a day."""
        if self.places is not None:
            return float(self.places.get(str(given), 0)) if not _is_number(given) else float(given)
        return as_number(given)

    def at(self, given: Any) -> float:
        """Where a value lies, in pixels."""
        return self.start + (self.value(given) - self.low) / (self.high - self.low) * (self.end - self.start)

    def over(self, start: float, end: float) -> "Axis":
        """The same axis on other pixels."""
        return Axis(self.low, self.high, start, end, self.ticks, self.places)

    @property
    def step(self) -> float:
        """How many pixels one unit (one category) takes."""
        return abs((self.end - self.start) / (self.high - self.low))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_number(given: Any) -> float:
    """A number; a day as milliseconds since 1970."""
    if isinstance(given, str):
        return float((date.fromisoformat(given[:10]) - FIRST).days * DAY)
    return float(given)


def axis_of(look: Mapping[str, Any], values: Sequence[Any], *, from_zero: bool, order: Sequence[str]) -> Axis:
    """The axis that a layout asks for; without a range it takes in every value.

    `order` are the categories in the order of the chart's table; text values make categories.
    """
    kind = look.get("type")
    texts = [value for value in values if isinstance(value, str)]
    if kind == "category" or (texts and kind != "date"):
        return _categories(look, texts, order)
    spots = [as_number(value) for value in values if value is not None] or [0.0, 1.0]
    low, high = min(spots), max(spots)
    given = look.get("range")
    if given:
        low, high = as_number(given[0]), as_number(given[1])
        marks = [tick for tick in _round_ticks(min(low, high), max(low, high))]
    elif kind == "date":
        return Axis(low - DAY, high + DAY, ticks=_days(low, high))
    else:
        low = min(0.0, low) if from_zero or 0 < low < 0.4 * high else low
        marks = _round_ticks(low, high, outside=True)
        low, high = marks[0], marks[-1]
    return Axis(low, high, ticks=_named(look, marks))


def _categories(look: Mapping[str, Any], values: Sequence[str], order: Sequence[str]) -> Axis:
    drawn = dict.fromkeys(values)
    named = [str(one) for one in look.get("categoryarray") or ()]
    listed = [label for label in (*named, *order) if label in drawn]
    labels = list(dict.fromkeys([*listed, *drawn]))
    places = {label: place for place, label in enumerate(labels)}
    marks = look.get("tickvals")
    ticked = [str(one) for one in marks if str(one) in places] if marks is not None else labels
    texts = dict(zip(map(str, marks or ()), look.get("ticktext") or (), strict=False))
    if len(ticked) > MOST_LABELS and marks is None:
        ticked = ticked[:: ceil(len(ticked) / MOST_LABELS)]
    ticks = tuple((float(places[label]), str(texts.get(label, label))) for label in ticked)
    low, high = -0.5, len(labels) - 0.5
    if look.get("autorange") == "reversed":
        low, high = high, low
    return Axis(low, high, ticks=ticks, places=places)


def _round_ticks(low: float, high: float, *, outside: bool = False) -> list[float]:
    span = (high - low) or abs(high) or 1.0
    size = 10 ** floor(log10(span / 4))
    step = size * next(multiple for multiple in MULTIPLES if size * multiple >= span / 5)
    if outside:
        first, last = floor(low / step), max(ceil(high / step), floor(low / step) + 1)
    else:
        first, last = ceil(low / step), floor(high / step)
    return [round(step * place, 10) for place in range(first, last + 1)]


def _named(look: Mapping[str, Any], marks: Sequence[float]) -> tuple[tuple[float, str], ...]:
    suffix = str(look.get("ticksuffix") or "")
    if look.get("tickvals") is not None:
        texts = look.get("ticktext") or [f"{value:,.10g}" for value in look["tickvals"]]
        return tuple((as_number(at), str(words)) for at, words in zip(look["tickvals"], texts, strict=False))
    if look.get("dtick") and look.get("range"):
        top, step = float(look["range"][1]), float(look["dtick"])
        marks = [float(look.get("tick0") or 0) + step * n for n in range(int(top / step) + 1)]
    return tuple((value, f"{value:,.10g}{suffix}") for value in marks)


def _days(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Days some even stretch apart, at most nine of them."""
    first, last = (FIRST + timedelta(days=int(value // DAY)) for value in (low, high))
    step = max(1, ceil((last - first).days / 8))
    days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    return tuple((float((day - FIRST).days * DAY), day.strftime("%m-%d")) for day in days)


def folded(words: str, pixels: float) -> str:
    """A label of a tick in at most two lines of `pixels`; lines of its own are kept."""
    return words if "<br>" in words else "<br>".join(fold(words, max(pixels, SMALL * 2.2), SMALL, 2))
