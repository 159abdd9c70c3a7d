"""Kept panels in one language: finished sentences, tables, arithmetic, charts and trees for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import plain
from cp_circles.charts import Chart, ParetoItem, pareto
from cp_circles.charts.frame import Frame, Say
from cp_circles.charts.sankey import FlowLink, FlowNode, sankey
from cp_circles.errors import msg

NOTHING = "–"


@dataclass(frozen=True)
class ShownSentence:
    """A sentence and how it stands: good, bad, warn or note."""

    text: str
    standing: str


@dataclass(frozen=True)
class ShownGrid:
    """A table of finished cells."""

    caption: str
    columns: list[dict[str, Any]]
    rows: list[list[str]]


@dataclass(frozen=True)
class ShownLine:
    """One opened computation: what, the arithmetic, its value; `exact` is False where it was rounded."""

    label: str
    text: str
    value: str
    exact: bool


@dataclass(frozen=True)
class ShownBranch:
    """A cause with its notes and the causes below it."""

    text: str
    notes: list[str]
    below: list["ShownBranch"]


@dataclass(frozen=True)
class ShownBlock:
    """One part of a panel."""

    title: str
    told: list[ShownSentence]
    grids: list[ShownGrid]
    lines: list[ShownLine]
    chart: Chart | None
    tree: list[ShownBranch]


@dataclass(frozen=True)
class ShownPanel:
    """A panel as a page or report shows it; `key` is its place on the page."""

    key: str
    kind: str
    title: str
    provisional: bool
    blocks: list[ShownBlock]

    @property
    def sentences(self) -> list[ShownSentence]:
        """Every sentence of the panel, in order."""
        return [sentence for block in self.blocks for sentence in block.told]


def told_panels(
    panels: Sequence[Mapping[str, Any]], *, place: str, locale: str, say: Say
) -> list[ShownPanel]:
    """The kept panels of one step in a language; `place` keeps the keys of charts apart on a page."""
    teller = _Teller("zh" if locale.startswith("zh") else "en", say)
    return [teller.panel(panel, f"{place}-{number}") for number, panel in enumerate(panels, start=1)]


@dataclass(frozen=True)
class _Teller:
    language: str
    say: Say

    def panel(self, panel: Mapping[str, Any], key: str) -> ShownPanel:
        blocks = [
            self.block(block, f"{key}-{number}", self.text(panel["title"]))
            for number, block in enumerate(panel["blocks"], start=1)
        ]
        return ShownPanel(key, panel["kind"], self.text(panel["title"]), panel["provisional"], blocks)

    def block(self, block: Mapping[str, Any], key: str, panel_title: str) -> ShownBlock:
        title = self.text(block["title"]) if block["title"] else ""
        return ShownBlock(
            title=title,
            told=[ShownSentence(self.text(one["text"]), one["standing"]) for one in block["told"]],
            grids=[self.grid(grid) for grid in block["grids"]],
            lines=[self.line(line) for line in block["lines"]],
            chart=self.chart(block["figure"], key, panel_title),
            tree=[self.branch(one) for one in block["tree"]],
        )

    def grid(self, grid: Mapping[str, Any]) -> ShownGrid:
        columns = [{"label": self.text(head["text"]), "num": head["num"]} for head in grid["heads"]]
        return ShownGrid(
            self.text(grid["caption"]), columns, [[self.text(cell) for cell in row] for row in grid["rows"]]
        )

    def line(self, line: Mapping[str, Any]) -> ShownLine:
        label = self.text(line["label"])
        symbol = f"{line['symbol']} " if line["symbol"] else ""
        return ShownLine(f"{symbol}{label}", line["text"], self.text(line["value"]), line["exact"])

    def branch(self, one: Mapping[str, Any]) -> ShownBranch:
        notes = [self.text(note) for note in one["note"]]
        return ShownBranch(one["text"], notes, [self.branch(below) for below in one["below"]])

    def text(self, cell: Any) -> str:
        if cell is None or cell == "":
            return NOTHING
        if isinstance(cell, bool):
            return self.say(msg("yes")) if cell else self.say(msg("no"))
        if not isinstance(cell, Mapping):
            return str(cell)
        if "n" in cell:
            return plain(Decimal(cell["n"]))
        if "m" in cell:
            values = {name: self.text(one) for name, one in cell["v"].items()}
            return self.say(cell["m"], **values) if values else self.say(cell["m"]).replace("%%", "%")
        return str(cell[self.language])

    def chart(self, figure: Mapping[str, Any] | None, key: str, title: str) -> Chart | None:
        if figure is None:
            return None
        unit = self.text(figure["unit"]) if figure["unit"] else ""
        frame = Frame(key=f"panel-{key}", title=title, unit=unit, say=self.say)
        if "bars" in figure:
            return self.bars(figure["bars"], frame)
        nodes = [FlowNode(one["key"], self.text(one["label"]), one["loss"]) for one in figure["nodes"]]
        links = [
            FlowLink(one["source"], one["target"], Decimal(one["amount"]["n"]), self.text(one["label"]))
            for one in figure["bands"]
        ]
        closure = figure.get("closure")
        error = Decimal(closure["n"]) if closure is not None else None
        return sankey(nodes, links, frame, closure=error) if links else None

    def bars(self, rows: Sequence[Mapping[str, Any]], frame: Frame) -> Chart | None:
        labels = _apart([self.text(row["label"]) for row in rows])
        items = [
            ParetoItem(label, Decimal(row["amount"]["n"])) for label, row in zip(labels, rows, strict=True)
        ]
        return pareto(items, frame) if len(items) > 1 else None


def _apart(labels: Sequence[str]) -> list[str]:
    """The labels with a number behind each that stands a second time, as a mask may make them."""
    kept: list[str] = []
    for label in labels:
        shown, number = label, 1
        while shown in kept:
            number += 1
            shown = f"{label} {number}"
        kept.append(shown)
    return kept
