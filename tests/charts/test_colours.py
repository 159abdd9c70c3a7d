"""Every metric has a colour and a dash of its own that colour-blind readers tell from the others too."""

from itertools import combinations
from math import dist
from types import SimpleNamespace

import pytest

from cp_circles.charts.theme import DARK, LIGHT, ROLES, in_theme
from cp_circles.leaderboards.presenting.roles import GROUP_ROLES, role_of
from cp_circles.rulesets.loader import PACKS, load
from cp_circles.rulesets.schema.figures import Vocabulary

METRIC_ROLES = [role for roles in GROUP_ROLES.values() for role in roles]
# Machado, Oliveira and Fernandes 2009, severity 1: what is left of linear red, green and blue.
SEEN = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
TOLD_APART, CONTRAST = 12.0, 3.0


def linear(color):
    """The linear red, green and blue of a hex colour."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(color):
    """The relative luminance of WCAG 2."""
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True))


def lab(color, seen):
    """A colour as it is seen, in CIE L*a*b* under D65."""
    rgb = [min(1, max(0, sum(a * b for a, b in zip(row, linear(color), strict=True)))) for row in SEEN[seen]]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (
            sum(a * b for a, b in zip(row, rgb, strict=True)) / white
            for row, white in zip(rows, (0.95047, 1.0, 1.08883), strict=True)
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def color_in(role, theme):
    """The colour of a role in a theme."""
    return in_theme({"color": ROLES[role].color}, theme)["color"]


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_any_two_metrics_are_told_apart(theme, seen):
    seen_as = {role: lab(color_in(role, theme), seen) for role in METRIC_ROLES}
    close = [pair for pair in combinations(METRIC_ROLES, 2) if dist(*map(seen_as.get, pair)) < TOLD_APART]
    assert not close


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_metric_stands_out_from_the_surface(theme):
    ground = luminance(theme.surface)
    for role in METRIC_ROLES:
        low, high = sorted((ground, luminance(color_in(role, theme))))
        assert (high + 0.05) / (low + 0.05) >= CONTRAST, role


def test_every_metric_of_the_vocabulary_has_a_look_of_its_own():
    words = load("vocabulary", max((PACKS / "vocabulary").iterdir()))
    assert isinstance(words, Vocabulary)
    roles = [role_of(metric, words) for metric in words.metrics]
    assert len(set(roles)) == len(roles) == len(METRIC_ROLES)
    looks = [ROLES[role] for role in roles]
    assert len({look.dash for look in looks}) == len({look.symbol for look in looks}) == len(roles)


def test_a_metric_that_no_vocabulary_lists_takes_the_first_of_its_group():
    assert role_of(SimpleNamespace(key="x", group="water"), None) == "water"
    assert role_of(SimpleNamespace(key="x", group="activity"), None) == "verified"
