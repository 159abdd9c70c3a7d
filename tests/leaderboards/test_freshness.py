"""Every page that is asked for after a commit shows it, whatever worker answers, while others write and read."""

import re
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from cp_circles.app import create_app
from cp_circles.db.engine import Sessions
from cp_circles.ledger import services
from cp_circles.ledger.models import Basis, BoardFreeze
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Role
from cp_circles.people.queries import actor_for
from tests.conftest import NOW
from tests.settings import settings_for
from tests.web_fixtures import serve

BOARD = "/public/boards?by=company&metric=energy_kgce&season=2026"
READERS = 3
PAUSE = 0.02


@dataclass
class Track:
    """How far a writer has come: steps that began, and steps that are committed."""

    begun: int = 0
    done: int = 0

    @contextmanager
    def step(self):
        """One step; what is read before it is done may or may not show it."""
        self.begun += 1
        yield self.begun
        self.done += 1
        time.sleep(PAUSE)


@dataclass
class Race:
    """Writers that each take so many steps, readers that look until they are through, and what they saw."""

    url: str
    sessions: Sessions
    steps: int
    tracks: dict[str, Track] = field(default_factory=dict)
    seen: list[tuple[str, int, int, int]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)

    def writer(self, name: str, write: Callable[..., None]) -> threading.Thread:
        """A thread that writes its steps one after the other, each in a transaction of its own."""
        track = self.tracks[name] = Track()

        def run() -> None:
            for _ in range(self.steps):
                with track.step() as number, self.sessions.writing() as session, session.begin():
                    write(session, number)

        return threading.Thread(target=self._watched, args=(run,))

    def reader(self, name: str, path: str, shown: Callable[[str], int | None]) -> threading.Thread:
        """A thread that asks for a page again and again, and notes what step it shows."""

        def run() -> None:
            track, last = self.tracks[name], False
            while not last:
                last, before = track.done == self.steps, track.done
                with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                    text = answer.read().decode()
                step = shown(text)
                self.seen.append((name, before, -1 if step is None else step, track.begun))

        return threading.Thread(target=self._watched, args=(run,))

    def _watched(self, run: Callable[[], None]) -> None:
        try:
            run()
        except BaseException as error:
            self.failures.append(error)
            raise


def run_all(race, writers, readers):
    for thread in (*writers, *readers):
        thread.start()
    for thread in (*writers, *readers):
        thread.join(300)
    assert race.failures == []


@dataclass(frozen=True)
class Scene:
    """What is written: two companies with a project each, and a county whose boards are held still."""

    companies: tuple[int, ...]
    projects: tuple[tuple[int, int, int, str], ...]
    county: int
    administrator: int


@pytest.fixture
def scene(session, make, count):
    *_, county = make.places()
    other = make.region("county", county.parent)
    companies = [make.company(county, name=f"示例厂{n}第0次") for n in range(2)]
    projects = [make.project(make.circle(company)) for company in companies]
    held = make.project(make.circle(make.company(other)))
    for project in (*projects, held):
        count(project, 1000, saving_id=project.id)
    person = make.person()
    make.grant(person, Role.ADMINISTRATOR)
    session.commit()
    facts = tuple((row.id, row.circle_id, row.company_id, county.path) for row in projects)
    return Scene(tuple(row.id for row in companies), facts, other.id, person.id)


def verify(scene, place):
    """A step of verification: the saving is verified anew with as many tons as the step says."""
    project_id, circle_id, company_id, path = scene.projects[place]

    def write(session, number):
        amounts = {"energy_kgce": Decimal(1000 * (number + 1))}
        countable = services.Countable(
            project_id, project_id, circle_id, company_id, path, None, 2026, "energy_saving", "site", "CNY",
            amounts, frozenset(),
        )  # fmt: skip
        services.count_saving(session, countable, basis=Basis.VERIFIED, now=NOW)

    return write


def rename(scene):
    """A step of naming: the company is called by the step."""

    def write(session, number):
        session.get_one(Company, scene.companies[1]).name = f"示例厂1第{number}次"

    return write


def hold(scene):
    """Odd steps hold the county's boards still, even ones let them go."""

    def write(session, number):
        actor = actor_for(session, scene.administrator, NOW)
        if number % 2:
            region = session.get_one(Region, scene.county)
            facts = {"region": region, "season": 2026, "reason": f"示例理由{number}。", "now": NOW}
            services.freeze_boards(session, actor=actor, **facts)
        else:
            frozen = session.query(BoardFreeze).filter(BoardFreeze.lifted_at.is_(None)).one()
            services.lift_freeze(session, actor=actor, freeze=frozen, now=NOW)

    return write


def amount_of(text):
    """The step that the first company's amount in tons shows."""
    row = re.search(r"示例厂0第0次.*?<strong>(?:<a [^>]*>)?([^<]*)<", text, re.DOTALL)
    return int(Decimal(row[1].replace(",", ""))) - 1


def name_of(text):
    return int(re.search(r"示例厂1第(\d+)次", text)[1])


def freeze_of(text):
    """The step of the freeze that is told; None where none is."""
    found = re.search(r"示例理由(\d+)。", text)
    return int(found[1]) if found else None


def test_two_applications_on_one_database_show_each_commit_at_once(
    app, client, session, scene, database_url, tmp_path
):
    other = create_app(settings_for(database_url, tmp_path))
    visitors = [client, other.test_client()]
    try:
        for number in (1, 2, 3):
            for write in (verify(scene, 0), rename(scene)):
                write(session, number)
            session.commit()
            for visitor in (*visitors, *visitors):
                text = visitor.get(BOARD).get_data(as_text=True)
                assert (amount_of(text), name_of(text)) == (number, number)
    finally:
        other.extensions["cp_sessions"].engine.dispose()


@pytest.mark.prove
@pytest.mark.slow
@pytest.mark.http
def test_no_page_is_older_than_what_was_committed_before_it_was_asked_for(
    engine, database_url, tmp_path, scene, proving
):
    with serve(database_url, tmp_path) as running:
        race = Race(running.url, Sessions(engine), steps=200 if proving else 8)
        county = f"{BOARD}&region={scene.county}"
        acts = {"verified": (verify(scene, 0), BOARD, amount_of), "named": (rename(scene), BOARD, name_of)}
        acts["held"] = (hold(scene), county, freeze_of)
        writers = [race.writer(name, write) for name, (write, _, _) in acts.items()]
        readers = [
            race.reader(name, path, shown)
            for name, (_, path, shown) in acts.items()
            for _ in range(READERS if proving else 2)
        ]
        run_all(race, writers, readers)
    assert {name for name, *_ in race.seen} == set(acts)
    for name, before, shown, begun in race.seen:
        if name != "held" or shown >= 0:
            assert before <= shown <= begun, (name, before, shown, begun)
        else:
            assert any(step % 2 == 0 for step in range(before, begun + 1)), (name, before, begun)
