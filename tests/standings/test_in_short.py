"""The fairness report in a few plain sentences: who differs more, favour, the cut, and single judges."""

from types import SimpleNamespace
from typing import Any

import pytest

from cp_circles.standings.presenting.in_short import in_short


@pytest.fixture
def english(app):
    """The words in English, with a stage that is named by its key."""
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


RULE: Any = SimpleNamespace(stage=lambda key: None, stages=())


def track(*, deviations=("1.96", "5.54", "1.77"), home=None, without=(), entries=4):
    stage = {"stage": "paper", "deviations": deviations, "home": home}
    return {"entries": entries, "stages": [stage], "without": without}


def told(kept, intervals=()):
    return " ".join(in_short(kept, intervals, RULE))


@pytest.mark.usefixtures("english")
def test_it_says_whether_judges_or_entries_differ_more():
    assert "it mattered much who scored" in told(track())
    assert "tell mostly of the entries" in told(track(deviations=("3.75", "3.15", "0.89")))
    assert "differ" not in told(track(deviations=None))


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("estimate", "p", "expected"),
    [
        ("0.8", "0.01", "more points than chance"),
        ("-0.8", "0.01", "fewer points"),
        ("0.8", "0.4", "No favour"),
    ],
)
def test_it_says_whether_the_own_region_was_favoured(estimate, p, expected):
    assert expected in told(track(home={"estimate": estimate, "p": p}))


@pytest.mark.usefixtures("english")
def test_it_counts_the_entries_that_are_in_doubt_at_the_cut():
    clear, open_ = {"undecided": False}, {"undecided": True}
    assert "No entry is in doubt" in told(track(), [clear, clear])
    assert "one entry" in told(track(), [clear, open_])
    assert "2 entries" in told(track(), [open_, open_])
    assert "cut" not in told(track(without=None), [open_, open_])


@pytest.mark.usefixtures("english")
def test_hundreds_of_alike_entries_are_not_called_clear():
    few = [{"undecided": False, "chance": "0.01"}] * 300
    said = told(track(), few)
    assert "to place any entry above" in said and "No entry is in doubt" not in said
    assert "No entry is in doubt" in told(track(), [{"undecided": False, "chance": "0.99"}, *few])
    assert "No entry is in doubt" in told(track(), [{"undecided": False, "chance": "0.00"}] * 3)


@pytest.mark.usefixtures("english")
def test_it_says_whether_one_judge_decides():
    change = {"judge": 2, "in": [7], "out": [], "untold": False}
    assert "Leave out any one judge" in told(track())
    assert "Leave out a single judge" in told(track(without=[change]))


@pytest.mark.usefixtures("english")
def test_a_track_of_one_entry_has_nothing_to_say():
    assert told(track(entries=1)) == ""
