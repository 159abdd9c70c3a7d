"""Handing in score sheets: 200 judges at once over HTTP, beside the same service calls without HTTP."""

import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.databases import KINDS, database
from bench.load import Load, measure
from bench.pages import environment
from bench.round import build_round
from bench.season import NOW
from bench.serving import serving
from cp_circles.db.engine import Sessions, make_engine
from cp_circles.db.models import Event
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.people import queries as people
from cp_circles.scoring import services as scoring_services
from tests.judging.world import t2

JUDGES, ENTRIES, SECONDS = 200, 20, 20.0
ALONE = 300


def measured() -> list[str]:
    """The section of the report; raises when a sheet is lost or doubled."""
    lines = [
        "## Handing in score sheets",
        "",
        f"{JUDGES} signed-in judges, {JUDGES} connections from two client processes, two workers.",
        "",
        "| database | how | sheets/s | of the service | median ms | p99 ms | accepted |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in KINDS:
        alone = _without_http(kind, judges=20, entries=ALONE // 20)
        lines += _lines(kind, *_over_http(kind), alone)
    return [*lines, "", "None refused, none lost, none doubled."]


def _over_http(kind: str) -> tuple[Load, int]:
    """What 200 judges at once got through, and how many sheets were accepted."""
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name, database(kind) as url:
        folder = Path(name)
        settings = environment(url, folder)
        bench = build_round(folder, settings, judges=JUDGES, entries=ENTRIES)
        with serving("wsgi:app", settings, workers=2) as port:
            _warm(port)
            load = measure(port, bench.requests, connections=JUDGES, seconds=SECONDS, once=True)
        stored = _stored(bench.url)
        log = (folder / "server.log").read_text()[-3000:]
    if load.refused:
        raise RuntimeError(f"{load.refused} of {load.answers} sheets were refused:\n{log}")
    if stored != (load.answers, load.answers):
        raise RuntimeError(f"{load.answers} sheets were accepted, {stored} (sheets, events) are stored")
    return load, load.answers


def _warm(port: int) -> None:
    """Let both workers load the application before the clock runs."""
    for _ in range(8):
        with urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=120) as answer:
            answer.read()


def _lines(kind: str, load: Load, accepted: int, alone: float) -> list[str]:
    times = f"{load.median * 1000:.1f} | {load.p99 * 1000:.1f}"
    return [
        f"| {kind} | the service and its commit alone | {alone:.0f} | 1.000 | {1000 / alone:.1f} | | |",
        f"| {kind} | over HTTP | {load.rate:.0f} | {load.rate / alone:.3f} | {times} | {accepted} |",
    ]


def _without_http(kind: str, *, judges: int, entries: int) -> float:
    """Sheets a second when the same services are called and committed one after the other."""
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name, database(kind) as url:
        folder = Path(name)
        build_round(folder, environment(url, folder), judges=judges, entries=entries)
        engine = make_engine(url)
        sessions = Sessions(engine)
        with sessions.reading() as session:
            ids = session.execute(sa.select(ScoreSheet.id, ScoreSheet.judge_id)).all()
        began = time.perf_counter()
        for sheet_id, judge_id in ids:
            with sessions.writing() as session, session.begin():
                _hand_in(session, sheet_id, judge_id)
        rate = len(ids) / (time.perf_counter() - began)
        engine.dispose()
    return rate


def _hand_in(session: Session, sheet_id: int, judge_id: int) -> None:
    sheet = session.get_one(ScoreSheet, sheet_id)
    actor = people.actor_for(session, judge_id, NOW)
    scoring_services.hand_in(
        session, actor=actor, sheet=sheet, points=t2("88"), version=sheet.version, now=NOW
    )


def _stored(url: str) -> tuple[int, int]:
    """(sheets handed in, events that say so)."""
    engine = make_engine(url)
    with Session(engine) as session:
        sheets = sa.select(sa.func.count()).select_from(ScoreSheet)
        events = sa.select(sa.func.count()).select_from(Event).where(Event.verb == "judging.submit_sheet")
        counted = (
            session.scalar(sheets.where(ScoreSheet.state == SheetState.SUBMITTED)) or 0,
            session.scalar(events) or 0,
        )
    engine.dispose()
    return counted


if __name__ == "__main__":
    print("\n".join(measured()))
