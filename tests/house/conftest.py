"""The stage of the access table, built once for a test process."""

from collections.abc import Iterator

import pytest

from tests.house.film import Film, shoot
from tests.house.stage import Stage, set_stage


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Two companies in two provinces, and the application before them."""
    with set_stage(tmp_path_factory.mktemp("access")) as built:
        yield built


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    """A round from before its entry to its awards, and the application before it."""
    with shoot(tmp_path_factory.mktemp("film")) as played:
        yield played
