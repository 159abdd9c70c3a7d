"""Several connections that count at the same moment: nothing is lost, doubled or left waiting crosswise."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import pytest

from cp_circles.db.engine import Sessions
from cp_circles.ledger import checking, queries, services
from cp_circles.ledger.models import Basis, BoardFreeze, BoardTotal, LedgerRow
from cp_circles.organisations.models import Region
from cp_circles.people.rules import SYSTEM
from tests.conftest import NOW

WRITERS = 4
DOMAINS = ("energy_saving", "other")


@dataclass(frozen=True)
class Place:
    """A project with where it counts."""

    project: int
    circle: int
    company: int
    path: str


@pytest.fixture
def places(session, make):
    county = make.places()[-1]
    companies = [make.company(county) for _ in range(2)]
    found = []
    for n in range(WRITERS):
        project = make.project(make.circle(companies[n % 2]))
        found.append(Place(project.id, project.circle_id, project.company_id, county.path))
    session.commit()
    return found


def count_one(session, place, saving_id, amount):
    countable = services.Countable(
        saving_id, place.project, place.circle, place.company, place.path, None, 2026,
        DOMAINS[saving_id % 2], "site", "CNY", {"energy_kgce": amount, "yuan": amount}, frozenset({"yuan"}),
    )  # fmt: skip
    services.count_saving(session, countable, basis=Basis.VERIFIED, now=NOW)


def run_at_once(jobs):
    """Each job in a thread of its own; what one of them raises is raised here."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        for job in [pool.submit(job) for job in jobs]:
            job.result(120)


def test_verifications_into_one_bucket_follow_one_another(engine, session, places, proving):
    sessions, steps = Sessions(engine), 40 if proving else 3
    count_once = sessions.writing()
    with count_once, count_once.begin():
        count_one(count_once, places[0], 1, Decimal(100))
    barrier = threading.Barrier(WRITERS + 1)

    def verify(n):
        barrier.wait(30)
        for step in range(steps):
            with sessions.writing() as own, own.begin():
                count_one(own, places[n], 1000 * (n + 1) + step, Decimal(100))
            with sessions.writing() as own, own.begin():
                services.uncount_saving(own, saving_id=1000 * (n + 1) + step, basis=Basis.VERIFIED)
                count_one(own, places[n], 5000 * (n + 1) + step, Decimal(100))

    def rebuild():
        barrier.wait(30)
        for _ in range(2):
            with sessions.writing() as own, own.begin():
                services.rebuild_rollups(own, actor=SYSTEM, now=NOW)

    run_at_once([lambda n=n: verify(n) for n in range(WRITERS)] + [rebuild])
    session.expire_all()
    assert queries.ledger_disagreements(session) == []
    assert checking.total_disagreements(session) == []
    assert -sum(row.standing for row in session.query(BoardTotal)) == 12 * 100 * (WRITERS * steps + 1)


def test_lifting_a_freeze_waits_for_what_counts_at_that_moment(engine, session, make, places):
    sessions, administrator = Sessions(engine), make.holder("administrator")
    region = session.get(Region, int(places[0].path.strip("/").split("/")[0]))
    freeze = services.freeze_boards(
        session, actor=administrator, region=region, season=2026, reason="示例", now=NOW
    )
    session.commit()
    number = freeze.id
    session.close()
    counted = threading.Event()

    def count():
        with sessions.writing() as own, own.begin():
            count_one(own, places[0], 1, Decimal(100))
            counted.set()
            time.sleep(0.5)

    def lift():
        counted.wait(30)
        with sessions.writing() as own, own.begin():
            held = own.get_one(BoardFreeze, number)
            services.lift_freeze(own, actor=administrator, freeze=held, now=NOW)

    run_at_once([count, lift])
    rows = session.query(LedgerRow).all()
    assert {(row.amount, row.public_amount) for row in rows} == {(100, 100)}
    assert checking.total_disagreements(session) == []
