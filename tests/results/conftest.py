"""The world in which results are tested: a completed project with a saving, photos and a PDF."""

import pytest

from cp_circles.files.storage import LocalStorage
from tests.conftest import NOW
from tests.projects.world import World, make_world


@pytest.fixture
def world(session, make) -> World:
    """A registered circle and the people around it."""
    return make_world(session, make, NOW)


@pytest.fixture
def storage(tmp_path) -> LocalStorage:
    """A folder for contents."""
    return LocalStorage(tmp_path / "evidence")
