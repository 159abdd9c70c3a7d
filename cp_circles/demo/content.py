"""What the demo is made of: companies, topics and the quantile table of real savings."""

import csv
import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Topic:
    """One kind of problem that a circle takes up; lists run in parallel (cause, what was found, is it main)."""

    key: str
    title: str
    object: str
    item: str
    indicator: str
    focus: str
    domain: str
    crux: str
    causes: tuple[str, ...]
    found: tuple[str, ...]
    main: tuple[bool, ...]
    measures: tuple[str, ...]
    document: str
    method: str = ""


@cache
def content() -> dict[str, Any]:
    """The whole file of content."""
    return dict(yaml.safe_load((FOLDER / "content.yaml").read_text(encoding="utf-8")))


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic, in the file's order."""
    rows = []
    for row in content()["topics"]:
        lists = {name: tuple(row[name]) for name in ("causes", "found", "main", "measures")}
        rows.append(Topic(**{**row, **lists}))
    return tuple(rows)


@cache
def _quantiles() -> dict[str, tuple[int, ...]]:
    """Quantities by indicator, from the tenth percentile to the ninetieth."""
    text = (FOLDER / "quantiles.csv").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[int]] = {}
    for row in csv.DictReader(line for line in text if not line.startswith("#")):
        found.setdefault(row["indicator"], []).append(int(row["quantity"]))
    return {name: tuple(values) for name, values in found.items()}


PER_KWH = {"VOCS": Decimal("0.02"), "COD": Decimal("0.12"), "SW": Decimal("0.0003"), "HEAT": Decimal("3.6")}


def yearly_saving(indicator: str, chance: random.Random) -> Decimal:
    """A yearly saving drawn from the real distribution; indicators without a row follow electricity."""
    known = _quantiles()
    values = known.get(indicator, known["ELEC"])
    place = chance.random() * (len(values) - 1)
    low = values[int(place)]
    high = values[min(int(place) + 1, len(values) - 1)]
    drawn = Decimal(low) + (Decimal(high) - low) * Decimal(str(round(place % 1, 3)))
    return max(Decimal(1), drawn * PER_KWH.get(indicator, Decimal(1)))
