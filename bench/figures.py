"""What was measured of nations, page by page: kept beside them for a run in parts, and drawn as a table."""

import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = os.environ.get("BENCH_SCALE_FIGURES", "")


@dataclass(frozen=True)
class Taken:
    """Seconds of processor at the median and the 99th percentile, bytes of an answer, MB of the worker."""

    median: float
    p99: float
    size: int
    memory: int


@dataclass
class Figures:
    """The figures of one nation, by page; `notes` come once all its pages are measured."""

    kind: str
    projects: int
    pages: dict[str, Taken] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def keep(self) -> None:
        """Write them into `BENCH_SCALE_FIGURES`, if that names a folder."""
        if FOLDER:
            text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
            _file(self.kind, self.projects).write_text(text, encoding="utf-8")


def figures_of(kind: str, projects: int) -> Figures:
    """Those that an earlier run has kept, or none yet."""
    file = _file(kind, projects)
    if not FOLDER or not file.exists():
        return Figures(kind, projects)
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Figures(**kept | {"pages": {name: Taken(**one) for name, one in kept["pages"].items()}})


def _file(kind: str, projects: int) -> Path:
    return Path(FOLDER) / f"figures-{kind}-{projects}.json"


def table(found: Sequence[Figures]) -> Iterator[str]:
    """A line a page: what it costs at each size, and how the median and the p99 grow."""
    sizes = "".join(f" {one.projects:,}: ms | p99 | kB | MB |" for one in found)
    yield f"| page |{sizes} growth exponent | p99 of largest to smallest |"
    yield "|---|" + "---|" * (4 * len(found) + 2)
    growth = math.log(found[-1].projects / found[0].projects)
    for name in found[-1].pages:
        at = [one.pages.get(name) for one in found]
        cells = "".join(f" {_cells(one)} |" for one in at)
        first, last = at[0], at[-1]
        power = ratio = ""
        if growth and first and last:
            power = f"{math.log(last.median / first.median) / growth:.2f}"
            ratio = f"{last.p99 / first.p99:.2f}"
        yield f"| {name} |{cells} {power} | {ratio} |"


def _cells(one: Taken | None) -> str:
    if one is None:
        return " | | | "
    return f"{_ms(one.median)} | {_ms(one.p99)} | {one.size / 1000:,.0f} | {one.memory}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.{0 if seconds >= 0.1 else 1}f}"
