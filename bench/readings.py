"""Importing readings: 100,000 rows of a CSV from bytes to committed, beside a bare executemany."""

import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench.season import NOW
from cp_circles.cli.database import upgrade
from cp_circles.db.base import table_of
from cp_circles.db.engine import Sessions, make_engine
from cp_circles.metering import services
from cp_circles.metering.models import Reading
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.people.models import Role, ScopeKind
from tests.builders import Builders

ROWS, METERS = 100_000, 100
FIRST = date(2023, 1, 1)


def measured() -> list[str]:
    """The section of the report; raises when a row is lost or doubled."""
    with tempfile.TemporaryDirectory(prefix="circles-bench-") as name:
        sessions = _database(Path(name))
        with sessions.writing() as session, session.begin():
            make = Builders(session, NOW)
            company = make.company()
            actor = make.holder(Role.METERING, ScopeKind.COMPANY, company)
            ids = [make.meter(company, name=f"示例表{n}").id for n in range(METERS)]
            bare_ids = [make.meter(company, name=f"空表{n}").id for n in range(METERS)]
        content = _file()
        took, report = _import(sessions, actor, company, content)
        again, repeated = _import(sessions, actor, company, content)
        bare = _bare(sessions, bare_ids)
    if (report.stored, len(report.errors)) != (ROWS, 0) or repeated.repeated != ROWS or not ids:
        raise RuntimeError(f"{report.stored} stored, {repeated.repeated} repeated of {ROWS}")
    return [
        "## Importing readings",
        "",
        f"{ROWS:,} rows of {METERS} meters, one a day, CSV, SQLite, "
        "from the bytes to the commit, findings judged.",
        "",
        "| how | rows/s | of executemany | seconds |",
        "|---|---|---|---|",
        f"| executemany of the same rows, nothing judged | {ROWS / bare:,.0f} | 1.000 | {bare:.2f} |",
        f"| import | {ROWS / took:,.0f} | {bare / took:.3f} | {took:.2f} |",
        f"| the same file again, all there | {ROWS / again:,.0f} | {bare / again:.3f} | {again:.2f} |",
        "",
        f"{report.stored:,} stored, none lost, none doubled; {report.findings} findings kept.",
    ]


def _database(folder: Path) -> Sessions:
    url = f"sqlite:///{folder}/readings.db"
    upgrade(url)
    return Sessions(make_engine(url))


def _days() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(ROWS // METERS)]


def _quantity(meter: int, day: date) -> str:
    return f"{1000 + meter * 7 + (day.toordinal() * 37) % 120}.{day.day:02d}"


def _file() -> bytes:
    lines = ["表计,开始,结束,读数,备注"]
    for meter in range(METERS):
        for day in _days():
            lines.append(f"示例表{meter},{day},{day},{_quantity(meter, day)},")
    return "\n".join(lines).encode()


def _import(sessions: Sessions, actor: Any, company: Any, content: bytes) -> tuple[float, Any]:
    began = time.perf_counter()
    with sessions.writing() as session, session.begin():
        report = services.import_readings(
            session,
            actor=actor,
            company=session.merge(company, load=False),
            sheets=sheets_of_file(content),
            good_rows_only=False,
            now=NOW,
        )
    return time.perf_counter() - began, report


def _bare(sessions: Sessions, meter_ids: list[int]) -> float:
    """Seconds that a plain executemany of the same rows takes, commit included."""
    rows = [
        {
            "meter_id": meter_id,
            "starts_on": day,
            "ends_on": day,
            "quantity": Decimal(_quantity(number, day)),
            "note": "",
            "source": "import",
            "recorded_at": NOW,
            "void_reason": "",
            "turned_over": False,
            "estimated_how": "",
        }
        for number, meter_id in enumerate(meter_ids)
        for day in _days()
    ]
    began = time.perf_counter()
    with sessions.writing() as session, session.begin():
        _insert(session, rows)
    return time.perf_counter() - began


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(table_of(Reading).insert(), rows)


if __name__ == "__main__":
    print("\n".join(measured()))
