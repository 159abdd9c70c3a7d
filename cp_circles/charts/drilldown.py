"""Parts of a whole over many levels: a treemap and a sunburst that open level by level."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from cp_circles.charts.areas import TreeNode, class_of, classes, sums_of
from cp_circles.charts.diagram import fold
from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, build, number, unique, unmarked
from cp_circles.charts.theme import LIGHT, SCALE, SCALE_INK
from cp_circles.errors import msg

LEVELS = 3
READABLE = {"minsize": 9, "mode": "hide"}
LEAF_ROOM = 136


def drill_treemap(nodes: Sequence[TreeNode], frame: Frame) -> Chart:
    """Areas that open on a click, with the way back above them; every parent is the sum of its children."""
    above = {node.parent for node in nodes}
    parts = _parts(nodes, frame) | {
        "text": [
            unmarked(node.label) if node.key in above else "<br>".join(fold(unmarked(node.label), LEAF_ROOM))
            for node in nodes
        ],
        "texttemplate": "%{text}<br>%{value:" + frame.number_format + "}",
    }
    trace = go.Treemap(
        **parts,
        maxdepth=LEVELS,
        pathbar={"visible": True, "thickness": 24, "edgeshape": "/", "textfont": {"size": 12}},
        root={"color": LIGHT.surface},
        tiling={"pad": 2},
        textposition="middle center",
    )
    margin = {"l": 0, "r": 0, "t": 28, "b": 4}
    layout = {"height": 420, "margin": margin, "uniformtext": READABLE}
    return build(frame, [trace], layout, _table(nodes, frame), narrow={"height": 460, "margin": margin})


def sunburst(nodes: Sequence[TreeNode], frame: Frame) -> Chart:
    """The same parts as rings around the whole, opening on a click."""
    trace = go.Sunburst(
        **_parts(nodes, frame),
        maxdepth=LEVELS,
        insidetextorientation="auto",
        leaf={"opacity": 1},
        sort=True,
    )
    margin = {"l": 0, "r": 0, "t": 4, "b": 4}
    layout = {"height": 420, "margin": margin, "uniformtext": READABLE}
    return build(frame, [trace], layout, _table(nodes, frame), narrow={"height": 340, "margin": margin})


def _parts(nodes: Sequence[TreeNode], frame: Frame) -> dict[str, Any]:
    """What both drawings share: the nodes with their sums, shaded by size within their level."""
    sums = sums_of(nodes)
    if any(value < 0 for value in sums.values()):
        raise ValueError("parts of a whole are not negative")
    shade = _shades(nodes, sums)
    return {
        "ids": unique([node.key for node in nodes]),
        "labels": [unmarked(node.label) for node in nodes],
        "parents": [node.parent or "" for node in nodes],
        "values": [number(sums[node.key]) for node in nodes],
        "branchvalues": "total",
        "texttemplate": "%{label}<br>%{value:" + frame.number_format + "}",
        "hovertemplate": "%{label}: %{value:" + frame.number_format + "} " + frame.unit + "<extra></extra>",
        "marker": {
            "colors": [LIGHT.sunken if node.parent is None else SCALE[shade[node.key]] for node in nodes],
            "line": {"color": LIGHT.surface, "width": 1.5},
        },
        "textfont": {
            "color": [LIGHT.ink if node.parent is None else SCALE_INK[shade[node.key]] for node in nodes]
        },
        "meta": {"role": "verified"},
    }


def _shades(nodes: Sequence[TreeNode], sums: Mapping[str, Decimal]) -> dict[str, int]:
    """The class of each node among all of its level; few classes take the middle of the scale."""
    above = {node.key: node.parent for node in nodes}
    depth: dict[str, int] = {}
    for node in nodes:
        at, steps = node.parent, 0
        while at is not None:
            at, steps = above[at], steps + 1
        depth[node.key] = steps
    found: dict[str, int] = {}
    for level in set(depth.values()):
        keys = [key for key, at in depth.items() if at == level]
        breaks = classes([sums[key] for key in keys])
        middle = (len(SCALE) - 1 - len(breaks)) // 2
        found |= {key: class_of(sums[key], breaks) + middle for key in keys}
    return found


def _table(nodes: Sequence[TreeNode], frame: Frame) -> ChartTable:
    names, sums = {node.key: node.label for node in nodes}, sums_of(nodes)
    return ChartTable(
        (
            Column(frame.say(msg("Name")), num=False),
            Column(frame.say(msg("Part of the whole")), num=False),
            Column(frame.unit_label(frame.say(msg("Amount")))),
        ),
        tuple((node.label, names.get(node.parent or ""), sums[node.key]) for node in nodes),
    )
