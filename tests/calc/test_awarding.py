"""Award labels by count, percent and minimum score."""

from decimal import Decimal as D

from cp_circles.calc.awarding import AwardScheme, Label, Placed, awards

TEN = [Placed(n, n, D(100 - n)) for n in range(1, 11)]


def labels(rows, scheme):
    """The label of each row, in order."""
    given = awards(rows, scheme)
    return [given[row.entry].label for row in rows]


def test_counts_add_up_from_the_top():
    scheme = AwardScheme((Label("first", count=1), Label("second", count=2), Label("third", count=3)))
    assert labels(TEN, scheme) == [
        "first",
        "second",
        "second",
        "third",
        "third",
        "third",
        None,
        None,
        None,
        None,
    ]


def test_percent_is_of_the_placed_entries():
    scheme = AwardScheme((Label("first", percent=D(25)), Label("rest")))
    unplaced = Placed(99, None, None)
    assert labels([*TEN, unplaced], scheme) == ["first"] * 3 + ["rest"] * 7 + [None]
    assert labels(TEN, AwardScheme((Label("first", percent=D(25)),), rounding="down")).count("first") == 2


def test_a_minimum_score_passes_on_to_the_next_label():
    scheme = AwardScheme((Label("first", count=2, min_score=D(99)), Label("second", count=1)))
    assert labels(TEN[:3], scheme) == ["first", "second", "second"]


def test_a_shared_place_at_the_end_is_all_in_or_none_in():
    rows = [Placed(1, 1, D(90)), Placed(2, 2, D(80)), Placed(3, 2, D(80)), Placed(4, 4, D(70))]
    both = (Label("first", count=2), Label("second", count=1))
    assert labels(rows, AwardScheme(both)) == ["first", "first", "first", None]
    assert labels(rows, AwardScheme(both, ties="none_in")) == ["first", "second", "second", None]
