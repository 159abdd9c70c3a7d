"""Place intervals cover true places about as often as they say; connected panels are told from parted ones."""

import numpy as np

from cp_circles.calc.severity.connected import Group, groups
from cp_circles.calc.severity.crossed import Ratings, fit
from cp_circles.calc.severity.places import Part, places


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    inside = 0
    for seed in range(10):
        random = np.random.default_rng(seed)
        entry = np.repeat(np.arange(40), 3)
        judge = np.concatenate([random.permutation(9)[:3] for _ in range(40)])
        true = random.normal(0, 5, 40)
        points = 80 + true[entry] + random.normal(0, 3, 9)[judge] + random.normal(0, 3, 120)
        ratings = Ratings.of(entry, judge, points, entries=40, judges=9)
        told = places([Part(ratings, fit(ratings))], [list(range(40))], {0: 10}, draws=500)
        place = (-true).argsort().argsort() + 1
        inside += sum(told.low[n] <= place[n] <= told.high[n] for n in range(40))
    assert 0.84 < inside / 400 < 0.97


def test_a_clear_winner_is_decided_and_the_cut_is_not():
    entry, judge = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    points = np.array([95, 94, 96, 80, 81, 79, 80, 79, 81, 60, 61, 59], dtype=float)
    ratings = Ratings.of(entry, judge, points, entries=4, judges=3)
    told = places([Part(ratings, fit(ratings))], [[0, 1, 2, 3]], {0: 2}, draws=500)
    assert (told.low[0], told.high[0]) == (1, 1) and not told.undecided(0)
    assert told.undecided(1) and told.undecided(2) and not told.undecided(3)
    again = places([Part(ratings, fit(ratings))], [[0, 1, 2, 3]], {0: 2}, draws=500)
    assert again == told


def test_races_have_places_of_their_own_and_no_chance_without_a_quota():
    entry, judge = np.repeat(np.arange(4), 2), np.tile(np.arange(2), 4)
    ratings = Ratings.of(entry, judge, [90, 91, 70, 71, 85, 84, 60, 62], entries=4, judges=2)
    told = places([Part(ratings, fit(ratings))], [[0, 1], [2, 3]], {1: 1}, draws=200)
    assert max(told.high) == 2 and told.chance[:2] == (None, None) and not told.undecided(0)
    assert told.chance[2] > 0.9


def test_panels_that_share_no_entry_are_parted():
    pairs = [(1, 10), (2, 10), (2, 11), (7, 20), (8, 20)]
    assert groups(pairs) == (Group((1, 2), (10, 11)), Group((7, 8), (20,)))
    assert len(groups([*pairs, (1, 20)])) == 1
