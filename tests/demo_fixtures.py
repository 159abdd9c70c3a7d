"""The demo season, loaded once a test run and copied for whoever wants to change it."""

import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cp_circles.cli.database import upgrade
from cp_circles.db.engine import make_engine
from cp_circles.demo.load import load_demo
from cp_circles.files.storage import LocalStorage


@dataclass(frozen=True)
class DemoSeason:
    """A folder with the loaded database and its evidence; read only."""

    folder: Path

    @property
    def url(self) -> str:
        """The database's address."""
        return f"sqlite:///{self.folder / 'circles.db'}"


@pytest.fixture(scope="session")
def demo_season(tmp_path_factory: pytest.TempPathFactory) -> DemoSeason:
    """The demo season, loaded by whichever test process comes first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    folder = shared / "demo-season"
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "loaded").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _load(DemoSeason(folder))
            (folder / "loaded").touch()
    return DemoSeason(folder)


def _load(season: DemoSeason) -> None:
    """Migrate and load."""
    from tests.conftest import NOW

    upgrade(season.url)
    engine = make_engine(season.url)
    with Session(engine) as session:
        load_demo(session, LocalStorage(season.folder / "evidence"), NOW)
        session.commit()
    engine.dispose()


@pytest.fixture(scope="session")
def demo_session(demo_season: DemoSeason) -> Iterator[Session]:
    """A session that looks at the demo season."""
    engine = make_engine(demo_season.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def demo_copy(demo_season: DemoSeason, tmp_path: Path) -> DemoSeason:
    """A copy of the demo season of this test's own."""
    target = tmp_path / "demo"
    shutil.copytree(demo_season.folder, target)
    return DemoSeason(target)
