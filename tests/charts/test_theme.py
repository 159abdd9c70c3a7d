"""The theme: values of the style sheet, and a dark figure that differs in colour only."""

import json
import re
from decimal import Decimal

import pytest

from cp_circles.charts import BoardBar, RunPoint, board_bars, run_chart
from cp_circles.charts.frame import Frame
from cp_circles.charts.theme import DARK, LIGHT, ROLES, faded, in_theme, template
from tests.charts.test_charts import CHARTS


def test_the_templates_carry_the_tokens():
    light, dark = template(LIGHT)["layout"], template(DARK)["layout"]
    assert (light["paper_bgcolor"], dark["paper_bgcolor"]) == ("#ffffff", "#171b19")
    assert (light["font"]["color"], dark["font"]["color"]) == ("#424b47", "#bfc7c3")
    assert (light["yaxis"]["gridcolor"], dark["yaxis"]["gridcolor"]) == ("#e2e5e4", "#2a302e")
    assert light["separators"] == dark["separators"] == ".,"
    assert [color for _, color in dark["colorscale"]["sequential"]][-1] == "#a3e2c4"


def test_metrics_differ_in_symbol_and_dash_too():
    metrics = [
        ROLES[name] for name in ("electricity", "energy", "water", "co2", "cod", "air", "waste", "money")
    ]
    assert len({role.color for role in metrics}) == len({role.symbol for role in metrics}) == 8
    assert len({role.dash for role in metrics}) >= 7


@pytest.mark.parametrize("kind", CHARTS)
def test_a_dark_figure_is_the_same_figure_without_light_colours(kind):
    light = CHARTS[kind].figure
    dark = in_theme(light, DARK)
    assert in_theme(light, LIGHT) is light
    assert [t.get("y") for t in dark["data"]] == [t.get("y") for t in light["data"]]
    colour = re.compile(r"#[0-9a-f]{6}")
    found = set(colour.findall(json.dumps(dark)))
    assert found and not found & {LIGHT.accent, LIGHT.surface, LIGHT.axis, LIGHT.target}


def test_a_label_that_looks_like_a_colour_is_left_alone():
    figure = board_bars([BoardBar("#0e5b3d", Decimal(1))], Frame("k", "t")).figure
    assert in_theme(figure, DARK)["data"][0]["y"] == ["#0e5b3d"]
    run = run_chart([RunPoint("#ffffff", Decimal(1), "verified")], Frame("k", "t")).figure
    assert all(t["x"] == ["#ffffff"] for t in in_theme(run, DARK)["data"])


def test_a_faded_colour_keeps_its_opacity_in_the_dark():
    assert faded(LIGHT.accent, 0.22) == "rgba(14,91,61,0.22)"
    assert in_theme({"fillcolor": "rgba(14,91,61,0.22)"}, DARK) == {"fillcolor": "rgba(116,201,160,0.22)"}
