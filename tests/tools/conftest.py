"""A registered project with the people around it."""

import pytest

from tests.conftest import NOW
from tests.projects.world import World, make_world


@pytest.fixture
def world(session, make) -> World:
    """A registered circle and the people around it."""
    return make_world(session, make, NOW)


@pytest.fixture
def project(world):
    """A registered project, its first step open."""
    return world.registered()
