"""Redoes a printed standing by hand: reads the printed page and nothing else, imports nothing of ours."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser


@dataclass
class Row:
    """One judge's line: the points, the total, the scaled total as printed, and whether it counts."""

    used: bool
    cells: list[str] = field(default_factory=list)

    @property
    def points(self) -> list[Decimal]:
        """The points of the criteria."""
        return [Decimal(cell) for cell in self.cells[1:-3]]

    @property
    def total(self) -> Decimal:
        """The total as printed."""
        return Decimal(self.cells[-3])

    @property
    def scaled(self) -> Decimal:
        """The total times the scale, as printed."""
        return Decimal(self.cells[-2])


@dataclass
class Stage:
    """One table: an entry in a stage."""

    entry: str
    scale: Decimal
    weight: Decimal
    rows: list[Row] = field(default_factory=list)
    mean: str = ""


class Printed(HTMLParser):
    """The printed page: its text, its tables of scores, and its list of places."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stages: list[Stage] = []
        self.places: dict[str, list[str]] = {}
        self.text = ""
        self._row: list[str] | None = None
        self._cell: str | None = None
        self._open: Stage | None = None
        self._foot = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a line or a cell."""
        facts = {key: value or "" for key, value in attrs}
        if tag == "table" and "data-stage" in facts:
            self._open = Stage(
                facts["data-number"], Decimal(facts["data-scale"]), Decimal(facts["data-weight"])
            )
            self.stages.append(self._open)
        elif tag == "tr" and "data-entry" in facts:
            self._row = self.places.setdefault(facts["data-entry"], [])
        elif tag == "tr" and "data-used" in facts and self._open is not None:
            self._open.rows.append(Row(facts["data-used"] == "1"))
            self._row = self._open.rows[-1].cells
        elif tag == "tfoot":
            self._row, self._foot = [], True
        elif tag in {"td", "th"} and self._row is not None:
            self._cell = ""

    def handle_data(self, data: str) -> None:
        """The text of a cell, and of the page."""
        self.text += data
        if self._cell is not None:
            self._cell += data

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag in {"td", "th"} and self._cell is not None and self._row is not None:
            self._row.append(self._cell.strip())
            self._cell = None
        elif tag == "tfoot" and self._open is not None and self._row is not None:
            self._open.mean, self._foot = self._row[1], False
        elif tag == "tr" and not self._foot:
            self._row = None
        elif tag == "table":
            self._open = self._row = None


def half_up(value: Decimal, places: int) -> Decimal:
    """Rounded half up."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def rule_of(page: Printed) -> tuple[int, int, int, int]:
    """From how many scores on, how many are dropped at the top and the bottom, and the decimals."""
    chinese = re.search(r"有效评分达到 (\d+) 个时，去掉 (\d+) 个最高分和 (\d+) 个最低分", page.text)
    english = re.search(r"(\d+) or more valid scores.*?(\d+) highest and (\d+) lowest", page.text)
    places = re.search(r"四舍五入到 (\d+) 位小数", page.text) or re.search(
        r"half up to (\d+) decimal", page.text
    )
    found = chinese or english
    if places is None:
        raise AssertionError("the printed page does not say how it rounds")
    dropped = tuple(int(part) for part in found.groups()) if found else (10_000, 0, 0)
    return (*dropped, int(places[1]))


def redone(text: str) -> dict[str, Decimal]:
    """Every entry's total by hand; each printed total, choice and mean must agree on the way."""
    page = Printed(text)
    enough, high, low, places = rule_of(page)
    totals: dict[str, Decimal] = {}
    for stage in page.stages:
        for row in stage.rows:
            assert sum(row.points) == row.total
            assert half_up(row.total * stage.scale, places) == row.scaled
        ordered = sorted(stage.rows, key=lambda row: (row.scaled, stage.rows.index(row)))
        kept = ordered[low : len(ordered) - high] if len(ordered) >= enough else ordered
        assert {id(row) for row in kept} == {id(row) for row in stage.rows if row.used}
        mean = half_up(sum(row.scaled for row in kept) / Decimal(len(kept)), places)
        assert mean == Decimal(stage.mean)
        totals[stage.entry] = totals.get(stage.entry, Decimal(0)) + mean * stage.weight
    totals = {entry: half_up(total, places) for entry, total in totals.items()}
    for entry, cells in page.places.items():
        assert Decimal(cells[5]) == totals[entry]
        if list(totals.values()).count(totals[entry]) == 1:
            assert int(cells[0]) == 1 + sum(other > totals[entry] for other in totals.values())
    assert set(page.places) == set(totals)
    return totals
