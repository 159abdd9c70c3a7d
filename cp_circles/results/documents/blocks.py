"""What documents are made of: chapters of blocks, every text in them finished and clean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cp_circles.charts import Chart
from cp_circles.charts.frame import Say
from cp_circles.errors import msg
from cp_circles.results.documents.drawing import svg_of
from cp_circles.results.documents.figures import Piece

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
NOTHING = "–"


@dataclass(frozen=True)
class Block:
    """One block of a chapter.

    Its kind is `text`, `table`, `chart`, `photos`, `facts`, `heading`, `lead`, `note` or `tree`.
    `label` numbers figures and tables; `standing` says how a note stands: good, bad or warn; the rows of a
    tree are its depth and its text; `photos` are two SHA-256 for each row of pairs: before and after.
    """

    kind: str
    text: str = ""
    pieces: Sequence[Piece] = ()
    columns: Sequence[tuple[str, bool]] = ()
    rows: Sequence[Sequence[str]] = ()
    svg: str | None = None
    chart: Chart | None = None
    place: str = ""
    label: str = ""
    standing: str = ""
    photos: Sequence[tuple[str, str]] = ()

    @property
    def caption(self) -> str:
        """What stands at a figure or table: its number and its title."""
        return f"{self.label} {self.text}".strip()

    @property
    def heads(self) -> list[dict[str, Any]]:
        """The columns as the tables of pages take them."""
        return [{"label": label, "num": num} for label, num in self.columns]


@dataclass(frozen=True)
class Chapter:
    """A numbered chapter; `key` names it in templates, `place` is where figures link to."""

    key: str
    title: str
    place: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Content:
    """A whole document: cover, chapters, what stands in the footer, the watermark of a draft."""

    title: str
    kind: str
    language: str
    cover: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    footer: str
    watermark: str = ""
    notice: str = ""
    missing: str = ""
    no_photo: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def chapter(self, key: str) -> Chapter | None:
        """The chapter of that key."""
        return next((one for one in self.chapters if one.key == key), None)


def clean(text: Any) -> str:
    """A text without characters that Word or PDF cannot carry; line ends become plain ones."""
    return CONTROL.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def table_block(title: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Any]]) -> Block:
    """A table of cleaned cells; a column is its label and whether it holds numbers."""
    return Block("table", clean(title), columns=columns, rows=[[clean(cell) for cell in row] for row in rows])


def numbered(chapters: Sequence[Chapter], say: Say) -> list[Chapter]:
    """The chapters with their figures and titled tables numbered through the whole document."""
    counts = {"figure": 0, "table": 0}

    def labelled(block: Block) -> Block:
        if block.kind not in {"chart", "table", "photos"} or not block.text:
            return block
        drawn = bool(block.svg or block.photos)
        kind = "figure" if drawn else "table"
        counts[kind] += 1
        words = msg("Figure %(number)s") if drawn else msg("Table %(number)s")
        return replace(block, label=say(words, number=counts[kind]))

    return [replace(one, blocks=[labelled(block) for block in one.blocks]) for one in chapters]


def chart_block(chart: Chart, unit: str) -> Block:
    """A chart with the table of its numbers."""
    columns = [(clean(column["label"]), bool(column["num"])) for column in chart.columns]
    rows = [[clean(cell) if cell is not None else NOTHING for cell in row] for row in chart.rows]
    return Block(
        "chart", clean(chart.title), columns=columns, rows=rows, svg=svg_of(chart, unit), chart=chart
    )
