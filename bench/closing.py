"""Closing a round of N entries x 7 judges x 6 criteria: the computation and the whole act, beside numpy.

`python -m bench.closing [largest]`. Each size runs in a process of its own, so that its memory is its own.
The pass of numpy adds the criteria of the same points, drops the highest and the lowest total, averages and
sorts, in floats; the standing and the promotion come from the stored sheets in exact numbers.
"""

import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.databases import KINDS, database
from bench.round import filled_round
from bench.season import NOW
from bench.serving import ROOT
from cp_circles.db.engine import make_engine
from cp_circles.judging import guards
from cp_circles.judging.models import Round, StandingRow
from cp_circles.judging.queries import rounds
from cp_circles.people.rules import SYSTEM
from cp_circles.standings import services as standings_services
from cp_circles.standings.facts import RoundFacts
from cp_circles.standings.queries import standings
from cp_circles.standings.services.fairness import computed
from cp_circles.standings.working import compute_tracks, promoted_in

JUDGES, CRITERIA, STAGE, TRACK = 7, 6, "paper", "problem_solving"
SIZES = (1_000, 10_000, 100_000)
HEADS = (
    *("database", "entries", "read", "fingerprint", "computation", "severity", "report", "rest"),
    *("whole act", "processor", "publish", "numpy", "computation / numpy", "whole act / numpy"),
    *("growth", "memory"),
)
PARTS = ("read", "fingerprint", "places", "severity", "report")


def numpy_pass(points: np.ndarray) -> float:
    """Seconds of one pass: totals, highest and lowest dropped, means, order."""
    began = time.perf_counter()
    totals = points.sum(axis=2)
    means = (totals.sum(axis=1) - totals.max(axis=1) - totals.min(axis=1)) / (JUDGES - 2)
    np.argsort(-means, kind="stable")
    return time.perf_counter() - began


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of an act, and what it gave."""
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def closed(url: str, size: int) -> dict[str, float]:
    """Fill a round, close it once, and say how long each part takes by itself."""
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        round_id = filled_round(session, entries=size, judges=JUDGES)
    rest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    act, _none = timed(lambda: _act(engine, round_id, standings_services.compute_standing))
    processor = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Session(engine) as session:
        parts = _parts(session, session.get_one(Round, round_id))
        rows = session.scalar(sa.select(sa.func.count(StandingRow.id))) or 0
    shown, _none = timed(lambda: _act(engine, round_id, standings_services.publish_standing))
    engine.dispose()
    if rows != size:
        raise RuntimeError(f"{rows} rows were written for {size} entries")
    seconds = {"act": act, "processor": processor, "publish": shown}
    return parts | seconds | {"memory": most / 1024, "filled": rest / 1024}


def _act(engine: sa.Engine, round_id: int, service: Callable[..., Any]) -> None:
    """One act of the organiser with its commit."""
    with Session(engine) as session, session.begin():
        service(session, actor=SYSTEM, round_=session.get_one(Round, round_id), now=NOW)


def _parts(session: Session, round_: Round) -> dict[str, float]:
    """Each part of the closing once more, alone."""
    rule, rubrics = guards.rule_of(session, round_), rounds.rubrics_of(session, round_)
    read, facts = timed(lambda: standings.round_facts(session, round_))
    printed = timed(lambda: facts.sha256)[0]
    places = min(timed(lambda: promoted_in(facts, rule, TRACK, rubrics[TRACK]))[0] for _ in range(3))
    beside = timed(lambda: compute_tracks(facts, rule, rubrics))[0]
    report = timed(lambda: computed(session, round_, facts, rule))[0]
    array = _array(facts)
    return {
        "read": read,
        "fingerprint": printed,
        "places": places,
        "severity": beside - places,
        "report": report - beside,
        "numpy": min(numpy_pass(array) for _ in range(5)),
    }


def _array(facts: RoundFacts) -> np.ndarray:
    """The same points as floats: entries x judges x criteria."""
    values, places = facts.sheets.values
    points: np.ndarray = values[facts.sheets.points] / 10.0**places
    return np.ascontiguousarray(points.reshape(len(facts.entries), JUDGES, CRITERIA))


def measured(largest: int = SIZES[-1]) -> list[str]:
    """The section of the report."""
    lines = [
        "## Closing a round",
        "",
        f"N entries x {JUDGES} judges x {CRITERIA} criteria, seconds. *Computation*: standing and promotion"
        " from columns in memory; its ratio to one pass of numpy over the same points counts. *Whole act*:"
        " what the organiser waits for until the commit: reading, fingerprint, computation, severity (the fit"
        " and 90 % places), report (agreement and habits of the judges) and *rest* (writing lines and event,"
        " checking under the lock); *processor*: its processor time. *Publish*: the public variant, after all"
        " scores were read and hashed once more.",
        "",
        f"| {' | '.join(HEADS)} |",
        "|---" * len(HEADS) + "|",
    ]
    for kind in KINDS:
        before: tuple[int, float] | None = None
        for size in (size for size in SIZES if size <= largest):
            with database(kind) as url:
                found = _alone(url, size)
            lines.append(_line(kind, size, found, before))
            before = size, found["act"]
    return lines


def _alone(url: str, size: int) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "bench.closing", "--one", url, str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _line(kind: str, size: int, found: dict[str, float], before: tuple[int, float] | None) -> str:
    growth = f"{math.log(found['act'] / before[1]) / math.log(size / before[0]):.2f}" if before else ""
    rest = found["act"] - sum(found[part] for part in PARTS)
    parts = " | ".join(f"{found[part]:.2f}" for part in PARTS)
    ratios = f"{found['places'] / found['numpy']:.1f} | {found['act'] / found['numpy']:.0f}"
    return (
        f"| {kind} | {size:,} | {parts} | {rest:.2f} | {found['act']:.2f} |"
        f" {found['processor']:.2f} | {found['publish']:.2f} | {found['numpy']:.4f} | {ratios}"
        f" | {growth} | {found['memory']:.0f} MiB |"
    )


def main() -> None:
    """Measure all sizes, or one into a given database."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(closed(sys.argv[2], int(sys.argv[3]))))
        return
    print("\n".join(measured(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1])))


if __name__ == "__main__":
    main()
