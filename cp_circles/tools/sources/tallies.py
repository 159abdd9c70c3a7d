"""The project's check sheets as a source: their sums, and one row counted among another."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations
from typing import Any

from cp_circles.errors import NotFound
from cp_circles.tools.models import ToolSheet
from cp_circles.tools.queries import sheets_of
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


def _sheets(asked: Asked) -> list[ToolSheet]:
    sheets = sheets_of(asked.session, asked.project.id)
    return [sheet for sheet in sheets if sheet.code == "check_sheet" and sheet.latest.is_complete]


def _sheet(asked: Asked, source: Source) -> Mapping[str, Any]:
    wanted = [sheet for sheet in _sheets(asked) if str(sheet.id) == str(source["sheet"])]
    if not wanted:
        raise NotFound
    inputs: Mapping[str, Any] = wanted[0].latest.inputs
    return inputs


def _sum_offers(asked: Asked) -> list[Offer]:
    return [Offer({"kind": "sheet", "sheet": str(sheet.id)}, sheet.latest.title) for sheet in _sheets(asked)]


def _sums(asked: Asked, source: Source) -> Inputs:
    """For a Pareto chart the sum of each row, for a series the sum of each column."""
    inputs = _sheet(asked, source)
    counts = [[Decimal(str(count)) for count in row["counts"]] for row in inputs["rows"]]
    if asked.code == "pareto":
        sums = zip((row["label"] for row in inputs["rows"]), map(sum, counts), strict=True)
        return {"unit": "", "rows": [{"label": label, "amount": str(whole)} for label, whole in sums]}
    return series(asked.code, [sum(cells) for cells in zip(*counts, strict=True)], inputs["columns"], "")


def _share_offers(asked: Asked) -> list[Offer]:
    found = []
    for sheet in _sheets(asked):
        rows = sheet.latest.inputs["rows"]
        for count, size in permutations(range(len(rows)), 2):
            source = {"kind": "tally", "sheet": str(sheet.id), "count": str(count), "size": str(size)}
            if asked.code == "control_u" or _is_part(rows[count], rows[size]):
                name = f"{sheet.latest.title}: {rows[count]['label']} / {rows[size]['label']}"
                found.append(Offer(source, name))
    return found


def _is_part(count: Mapping[str, Any], size: Mapping[str, Any]) -> bool:
    pairs = zip(count["counts"], size["counts"], strict=True)
    return all(Decimal(str(part)) <= Decimal(str(whole)) for part, whole in pairs)


def _shares(asked: Asked, source: Source) -> Inputs:
    inputs = _sheet(asked, source)
    places = [int(str(source[name])) if str(source[name]).isdecimal() else -1 for name in ("count", "size")]
    if not all(0 <= place < len(inputs["rows"]) for place in places):
        raise NotFound
    count, size = (inputs["rows"][place]["counts"] for place in places)
    samples = zip(inputs["columns"], size, count, strict=True)
    rows = [Found(label, str(whole), str(part)) for label, whole, part in samples if Decimal(str(whole)) > 0]
    return shares(asked.code, rows)


SHEET = Kind("sheet", ("sheet",), frozenset({"pareto", *SERIES}), _sum_offers, _sums)
TALLY = Kind("tally", ("sheet", "count", "size"), frozenset(SHARES), _share_offers, _shares)
