"""What grows with a nation: every kind of page, place, chart, search and file, one reader after another.

By processor time of the worker and of the database, since other work on the machine does not change it.
`BENCH_SCALE` names the sizes, `BENCH_SCALE_DATABASES` the databases, `BENCH_SCALE_GROUPS` the groups. With
`BENCH_NATION_FOLDER` nations are kept for the next run: one of 1,000,000 projects takes a quarter of an hour
to make. With `BENCH_SCALE_FIGURES`, a folder, what an earlier run has left there is not measured again.
"""

import math
import os
import secrets
import statistics
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.figures import Figures, Taken, figures_of, table
from bench.nation import BOARD, METRIC, SEASON, Nation, nation_of, writes
from bench.pages import environment
from bench.plans import plans_of
from bench.processor import server_of, spent_by
from bench.serving import Server, served
from config import Config
from cp_circles.app import create_app
from cp_circles.db.engine import make_engine
from cp_circles.organisations.models import Region
from cp_circles.people.models import Grant, Person, Role, ScopeKind, SignIn
from cp_circles.people.secrets import token_hash

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SCALE", "1000,10000").split(","))
DATABASES = tuple(os.environ.get("BENCH_SCALE_DATABASES", "sqlite").split(","))
CHOSEN = os.environ.get("BENCH_SCALE_GROUPS", "")
TURNS, LONG = 100, 1.5
PROMISED = ("kept", "top 50 of circles", "my place")
INSIDE = f"/boards?metric={METRIC}&season={SEASON}&region={{region}}&by="
CHARTS = f"/charts?metric={METRIC}&season={SEASON}&region={{region}}&show="
FILES = f"/boards/export.{{kind}}?metric={METRIC}&season={SEASON}&region={{region}}&by="
VISITOR, OFFICIAL, MEMBER = "visitor", "official", "member"
ASKED: dict[str, dict[str, tuple[str, str]]] = {
    "Boards": {
        "top 50 of circles, kept": (VISITOR, f"{BOARD}circle"),
        "provinces, kept": (VISITOR, f"{BOARD}region"),
        "top 50 of circles, drawn": (MEMBER, f"{BOARD}circle"),
        "my place among circles": (MEMBER, f"{INSIDE}circle"),
        "provinces": (OFFICIAL, f"{INSIDE}region"),
        "companies": (OFFICIAL, f"{INSIDE}company"),
        "projects": (OFFICIAL, f"{INSIDE}project"),
        "industries": (OFFICIAL, f"{INSIDE}industry"),
        "parks": (OFFICIAL, f"{INSIDE}park"),
        "facilitators": (OFFICIAL, f"{INSIDE}facilitator"),
    },
    "Filtered boards": {
        "provinces, one focus area": (OFFICIAL, f"{INSIDE}region&focus=production"),
        "companies, one focus area": (OFFICIAL, f"{INSIDE}company&focus=production"),
        "circles, one focus area": (OFFICIAL, f"{INSIDE}circle&focus=production"),
        "projects, one domain": (OFFICIAL, f"{INSIDE}project&domain=energy_saving"),
        "circles, all seasons": (OFFICIAL, f"{INSIDE.replace(str(SEASON), 'all')}circle"),
        "companies, per head": (OFFICIAL, f"{INSIDE}company&per=head"),
        "circles, most improved": (OFFICIAL, f"{INSIDE}circle&per=improved"),
        "companies of 20 to 299": (OFFICIAL, f"{INSIDE}company&size=small"),
        "provinces, claimed": (OFFICIAL, f"{INSIDE}region&basis=claimed"),
        "provinces, new and still working": (OFFICIAL, f"{INSIDE}region&basis=living"),
    },
    "Counted work": {
        f"{name}, by {by}": (OFFICIAL, f"{INSIDE.replace(METRIC, name)}{by}")
        for name, by in (
            ("results", "region"), ("results", "company"), ("results", "circle"), ("result_rate", "region"),
            ("result_rate", "company"), ("participation", "region"), ("participation", "company"),
        )
    },
    "Charts of an official": {
        name: (OFFICIAL, f"{CHARTS}{name}") for name in ("where", "when", "what", "options", "path")
    },
    "Search": {
        "an official's": (OFFICIAL, "/search?q=%E5%B0%8F%E7%BB%84777"),
        "a visitor's": (VISITOR, "/search?q=%E5%B7%A5%E5%BA%8F%20777"),
    },
    "Files": {
        f"{by} as {kind}": (OFFICIAL, f"{FILES.replace('{kind}', kind)}{by}")
        for by, kind in (("region", "xlsx"), ("circle", "csv"), ("circle", "json"), ("circle", "xlsx"))
    },
}  # fmt: skip


def measured() -> list[str]:
    """The section of the report."""
    lines = [
        "## What grows with a nation",
        "",
        "One worker, one reader at a time, nothing kept but where said. Times are of processor, worker and",
        f"database together. A promised page is asked for {TURNS} times, another until {LONG} seconds of",
        "processor are used, a long one once; memory is the most that the worker held meanwhile.",
    ]
    for kind in DATABASES:
        found = [_measured(kind, size) for size in SIZES]
        notes = [note for one in found for note in one.notes]
        lines += ["", f"### {kind}", "", *table(found), "", *notes, *_plans(found[-1])]
    return lines


def _measured(kind: str, size: int) -> Figures:
    """The figures of a nation: those kept by an earlier run, and what is missing of them."""
    figures = figures_of(kind, size)
    if not figures.notes or any(name not in figures.pages for name, _who, _path in _asked()):
        with nation_of(kind, size) as nation:
            _fill(figures, nation)
            figures.notes = [_about(nation, size), f"{writes(nation)}, {size:,} projects"]
            figures.keep()
    return figures


def _asked() -> Iterator[tuple[str, str, str]]:
    """The name, reader and address of every page of every chosen group."""
    for group, pages in ASKED.items():
        if not CHOSEN or group in CHOSEN.split(","):
            for name, (who, path) in pages.items():
                yield f"{group}: {name}", who, path


def _fill(figures: Figures, nation: Nation) -> None:
    """Ask for every page that has no figures yet; a server for each group."""
    cookies = {MEMBER: _cookie(nation, nation.token), OFFICIAL: _cookie(nation, _official(nation))}
    settings = environment(nation.url, nation.folder)
    pages = {
        name: (path.replace("{region}", str(nation.region_id)), cookies.get(who, ""))
        for name, who, path in _asked()
    }
    missing = {name: page for name, page in pages.items() if name not in figures.pages}
    for _group, asked in groupby(missing.items(), key=lambda one: one[0].split(":")[0]):
        with served("wsgi:app", settings) as server:
            meter = Meter(server, server_of(nation.url))
            _taken(meter, "/sign-in", "")
            for name, page in asked:
                figures.pages[name] = _taken(meter, *page, is_promised=any(one in name for one in PROMISED))
                figures.keep()
    explained = {name: page for name, page in pages.items() if not name.startswith("Files")}
    figures.plans |= plans_of(settings, explained)


def _plans(figures: Figures) -> list[str]:
    """How the statements of each page find their rows, at the largest size."""
    title = (
        f"#### How statements on large tables find their rows, {figures.kind}, {figures.projects:,} projects"
    )
    head = ["| page | statements | by index | read from end to end |", "|---|---|---|---|"]
    return ["", title, "", *head, *(f"| {name} | {plan} |" for name, plan in figures.plans.items())]


def _cookie(nation: Nation, token: str) -> str:
    """The cookie of somebody who is signed in by that token."""
    app = create_app(Config.from_env(environment(nation.url, nation.folder)))
    app.extensions["cp_sessions"].engine.dispose()
    sessions: Any = app.session_interface
    facts = {"_user_id": token, "_fresh": True, "csrf": "0" * 40, "_permanent": True}
    return f"{app.config['SESSION_COOKIE_NAME']}={sessions.get_signing_serializer(app).dumps(facts)}"


def _official(nation: Nation) -> str:
    """The token of an official of the nation who is signed in."""
    token, engine = secrets.token_urlsafe(24), make_engine(nation.url)
    with Session(engine) as session, session.begin():
        now = session.scalars(sa.select(SignIn.created_at).limit(1)).one()
        person = Person(name="示例主管", salt=secrets.token_hex(16), created_at=now)
        session.add(person)
        session.flush()
        path = session.get_one(Region, nation.region_id).path
        scope = {"scope_kind": ScopeKind.REGION, "scope_id": nation.region_id, "region_path": path}
        session.add(Grant(person_id=person.id, role=Role.OFFICIAL, since=now, **scope))
        seen = {"created_at": now, "last_seen_at": now, "password_confirmed_at": now}
        session.add(SignIn(person_id=person.id, token_hash=token_hash(token), **seen))
    engine.dispose()
    return token


@dataclass(frozen=True)
class Meter:
    """A server under measurement and the process of its PostgreSQL, if it has one."""

    server: Server
    database: int | None

    def spent(self) -> float:
        """Seconds of processor that both have used."""
        return self.server.spent() + (spent_by(self.database) if self.database else 0.0)


def _taken(meter: Meter, path: str, cookie: str, *, is_promised: bool = False) -> Taken:
    """What a page costs; the first turn only warms up unless it takes long. HTTPError if it is refused."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{meter.server.port}{path}", headers={"Accept-Language": "zh-CN", "Cookie": cookie}
    )
    meter.server.forget_peak()
    first, size = _ask(meter, request)
    times = [first] if first > LONG and not is_promised else []
    while not times or (len(times) < TURNS and (is_promised or sum(times) < LONG)):
        times.append(_ask(meter, request)[0])
    p99 = sorted(times)[math.ceil(len(times) * 0.99) - 1]
    return Taken(statistics.median(times), p99, size, meter.server.peak())


def _ask(meter: Meter, request: urllib.request.Request) -> tuple[float, int]:
    """The seconds of processor until the last byte of an answer, and how many bytes it has."""
    began, size = meter.spent(), 0
    with urllib.request.urlopen(request, timeout=900) as answer:
        while part := answer.read(1 << 20):
            size += len(part)
    return meter.spent() - began, size


def _about(nation: Nation, size: int) -> str:
    made = f"made in {nation.seconds:,.0f} s" if nation.seconds > 1 else "made by an earlier run"
    return f"- {size:,} projects: {made}; {_bytes(nation) / 1e6:,.0f} MB"


def _bytes(nation: Nation) -> int:
    """The size of the database."""
    url = sa.make_url(nation.url)
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).stat().st_size
    engine = make_engine(nation.url)
    with engine.connect() as connection:
        size = connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
    engine.dispose()
    return int(size)


if __name__ == "__main__":
    print("\n".join(measured()))
