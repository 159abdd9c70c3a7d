"""The film of a round, played once for a test process."""

from collections.abc import Iterator

import pytest

from tests.house.film import Film, shoot


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    """A round from before its entry to its awards, and the application before it."""
    with shoot(tmp_path_factory.mktemp("film")) as played:
        yield played
