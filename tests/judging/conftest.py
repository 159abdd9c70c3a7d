"""The world of the judging tests."""

import pytest
from sqlalchemy.orm import Session

from tests.builders import Builders
from tests.judging.world import World


@pytest.fixture
def world(session: Session, make: Builders) -> World:
    """A season with its places and officials."""
    return World(session, make)
