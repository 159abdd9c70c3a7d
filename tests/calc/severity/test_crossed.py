"""The crossed model against lme4 on real panels, and where there is little to fit."""

import csv
import re

import numpy as np
import pytest

from cp_circles.calc.severity.crossed import Ratings, fit


def codes(values):
    """Positions of values in their sorted order, and that order."""
    order = sorted(set(values))
    place = {value: n for n, value in enumerate(order)}
    return np.array([place[value] for value in values]), order


def printed_effects(text, heading):
    """The effects that lme4 printed under a heading: (name, effect) pairs."""
    lines = text.split(heading, 1)[1].splitlines()[2:]
    pairs = [re.fullmatch(r"(\S+)\s+(-?\d+\.\d+)\s*", line) for line in lines]
    found = {}
    for pair in pairs:
        if pair is None:
            break
        found[pair[1]] = float(pair[2])
    return found


def test_ratings_of_a_writing_survey_equal_lme4(shared_data):
    folder = shared_data / "mfrm-ratings"
    rows = list(csv.DictReader((folder / "ratings1_long.csv").read_text().splitlines()))
    entry, entries = codes([row["pid"] for row in rows])
    judge, judges = codes([row["rater"] for row in rows])
    item, items = codes([row["item"] for row in rows])
    points = np.array([float(row["score"]) for row in rows])
    fitted = fit(Ratings(entry, judge, item, points, len(entries), len(judges), len(items)))
    assert fitted.entry_variance == pytest.approx(0.40619167201, abs=1e-3)
    assert fitted.judge_variance == pytest.approx(0.04257894549, abs=1e-3)
    assert fitted.noise_variance == pytest.approx(0.32087120425, abs=1e-3)
    assert fitted.criterion == pytest.approx(2684.7, abs=0.1)
    assert fitted.means[0] == pytest.approx(1.56166383, abs=1e-3)
    assert fitted.means[1] - fitted.means[0] == pytest.approx(-0.23722628, abs=1e-3)
    assert fitted.mean_se[0] == pytest.approx(0.10194773, abs=1e-3)
    text = (folder / "ratings1_lmer_REML.txt").read_text()
    effects = printed_effects(text, "ranef rater")
    assert len(effects) == 7
    for name, effect in effects.items():
        assert fitted.judge[judges.index(name)] == pytest.approx(effect, abs=1e-3)


def test_conference_reviews_equal_lme4(shared_data):
    folder = shared_data / "mfrm-ratings"
    rows = list(csv.DictReader((folder / "immer09_conference_reviews.csv").read_text().splitlines()))
    entry, papers = codes([int(row["idpaper"]) for row in rows])
    judge, reviewers = codes([int(row["idreviewer"]) for row in rows])
    points = [float(row["score"]) for row in rows]
    fitted = fit(Ratings.of(entry, judge, points, entries=len(papers), judges=len(reviewers)))
    assert fitted.entry_variance == pytest.approx(1.3517899312, abs=1e-3)
    assert fitted.judge_variance == pytest.approx(0.1305713912, abs=1e-3)
    assert fitted.noise_variance == pytest.approx(1.2187352560, abs=1e-3)
    assert fitted.means[0] == pytest.approx(5.15042960, abs=1e-3)
    assert fitted.mean_se[0] == pytest.approx(0.20012934, abs=1e-3)
    text = (folder / "immer09_lmer_REML.txt").read_text()
    for heading, order, effects in (
        ("$idpaper", papers, fitted.entry),
        ("$idreviewer", reviewers, fitted.judge),
    ):
        printed = printed_effects("\n" + text, heading)
        assert len(printed) == len(order)
        for name, effect in printed.items():
            assert effects[order.index(int(name))] == pytest.approx(effect, abs=1e-3)


def test_equal_scores_have_no_variance_and_no_severity():
    fitted = fit(Ratings.of([0, 0, 1, 1], [0, 1, 0, 1], [80.0] * 4, entries=2, judges=2))
    assert fitted.means[0] == pytest.approx(80.0)
    assert np.abs(fitted.judge).max() < 1e-6 and np.abs(fitted.entry).max() < 1e-6


def test_fewer_ratings_than_means_are_refused():
    with pytest.raises(ValueError, match="more ratings"):
        fit(Ratings.of([0], [0], [80.0], entries=1, judges=1))


def test_a_shift_of_all_points_moves_the_mean_alone():
    random = np.random.default_rng(5)
    entry, judge = np.repeat(np.arange(30), 3), np.tile(np.arange(3), 30)
    points = 70 + random.normal(0, 5, 30)[entry] + random.normal(0, 3, 3)[judge] + random.normal(0, 2, 90)
    first = fit(Ratings.of(entry, judge, points, entries=30, judges=3))
    second = fit(Ratings.of(entry, judge, points + 7, entries=30, judges=3))
    assert second.means[0] == pytest.approx(first.means[0] + 7, abs=1e-4)
    assert second.judge == pytest.approx(first.judge, abs=1e-4)
