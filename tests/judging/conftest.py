"""The world of the judging tests."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.builders import Builders
from tests.conftest import NOW
from tests.judging.world import SPANS, World


@pytest.fixture
def world(session: Session, make: Builders) -> World:
    """A season with its places and officials."""
    return World(session, make)


@pytest.fixture
def stage_at(session: Session, make: Builders) -> Callable[[str], World]:
    """Builds a world that stands in a phase now, by starting it earlier."""

    def build(phase: str) -> World:
        first, last = SPANS[phase]
        make.now = NOW - timedelta(days=(first + last) / 2)
        return World(session, make)

    return build
