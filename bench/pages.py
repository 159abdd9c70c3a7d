"""Board pages beside a bare hello: one gunicorn worker, two client processes, growing seasons."""

import math
import os
import tempfile
import time
from pathlib import Path

from bench.load import Load, measure
from bench.season import build_season
from bench.serving import get, serving

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "1000,10000").split(","))
BOARDS = {
    "nation by region": "/public/boards?metric=energy_kgce&by=region&season=2026",
    "nation by project": "/public/boards?metric=energy_kgce&by=project&season=2026",
    "nation by company": "/public/boards?metric=yuan&by=company&season=2026",
}


def environment(url: str, folder: Path) -> dict[str, str]:
    """The settings of a server under measurement."""
    return {
        "APP_ENV": "test",
        "SECRET_KEY": "only-for-measuring-" + "0" * 32,
        "DATABASE_URL": url,
        "INSTANCE_DIR": str(folder),
        "DEMO_CLOCK": "2026-09-18T09:00+08:00",
        "JOBS_IN_PROCESS": "0",
    }


def row(name: str, load: Load, reference: Load) -> str:
    """One line of the table."""
    share = load.rate / reference.rate
    times = f"{load.median * 1000:.1f} | {load.p99 * 1000:.1f}"
    return f"| {name} | {load.rate:.0f} | {share:.3f} | {times} | {load.refused} |"


def exponent(small: float, large: float, growth: float) -> float:
    """How a figure grows: 0 is not at all, 1 as fast as the season."""
    return math.log(large / small) / math.log(growth)


def measured() -> list[str]:
    """The section of the report."""
    lines = ["## Board pages", ""]
    lines += ["One worker, eight threads, eight connections from two client processes, SQLite.", ""]
    lines += ["| page | answers/s | of hello | median ms | p99 ms | refused |", "|---|---|---|---|---|---|"]
    with serving("bench.hello:app", {}) as port:
        hello = measure(port, [get("/")])
    lines.append(row("hello", hello, hello))
    medians: dict[str, list[float]] = {name: [] for name in BOARDS}
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        for size in SIZES:
            for board, load in _boards(Path(name), size).items():
                medians[board].append(load.median)
                lines.append(row(f"{board}, {size:,} projects", load, hello))
    growth = SIZES[-1] / SIZES[0]
    if growth > 1:
        shown = ", ".join(f"{name} {exponent(at[0], at[-1], growth):.2f}" for name, at in medians.items())
        lines += ["", f"Growth exponent of the median, {SIZES[0]:,} to {SIZES[-1]:,} projects: {shown}."]
    return lines


def _boards(folder: Path, size: int) -> dict[str, Load]:
    """Each board of a season of that size under load."""
    began = time.perf_counter()
    url = build_season(folder, size)
    print(f"a season of {size} projects made in {time.perf_counter() - began:.1f} s", flush=True)
    found = {}
    with serving("wsgi:app", environment(url, folder)) as port:
        for board, path in BOARDS.items():
            warm = measure(port, [get(path)], connections=2, seconds=0.5)
            if warm.refused:
                raise RuntimeError(f"{path} is refused:\n{(folder / 'server.log').read_text()[-3000:]}")
            found[board] = measure(port, [get(path)])
    return found
