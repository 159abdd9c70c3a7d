"""A printed standing can be redone by hand from the page alone."""

import re
from decimal import Decimal

import pytest

from cp_circles.people.models import Person
from cp_circles.people.rules import SYSTEM
from cp_circles.standings import services as standings_services
from tests.clock import held_still
from tests.journeys.by_hand import redone
from tests.judging.world import World

SCORES = [
    ["90", "88", "86", "70", "95"],
    ["80", "78.5", "76", "60", "99"],
    ["85", "85", "84", "83", "82"],
    ["61.5", "61.5", "61", "61", "60.5"],
]


@pytest.fixture
def printed(app, client, session, make, request):
    """The printed standing of a city's round."""
    world = World(session, make)
    round_ = world.judged_round("city", request.param)
    standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=world.at("deliberation"))
    client.enter(session.get(Person, world.officials["city"].person_id))
    held_still(app, make.now)
    with client.get(f"/judging/rounds/{round_.id}/standing/print") as answer:
        assert answer.status_code == 200
        return answer.text


@pytest.mark.parametrize("printed", [SCORES], indirect=True)
def test_trimmed_means_totals_and_places_are_redone_from_the_page(printed):
    assert redone(printed) == {
        "1": Decimal("88.00"),
        "2": Decimal("78.17"),
        "3": Decimal("84.00"),
        "4": Decimal("61.17"),
    }


@pytest.mark.parametrize("printed", [SCORES[:2]], indirect=True)
def test_a_wrong_figure_on_the_page_is_noticed(printed):
    wrong = re.sub(r'(data-label="平均">)88\.00', r"\g<1>88.01", printed, count=1)
    assert wrong != printed
    with pytest.raises(AssertionError):
        redone(wrong)
