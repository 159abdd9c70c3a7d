"""Charts by area: a treemap of what adds up, and a map of equal tiles.

Tile positions are our own layout, not a map of borders. A region without a round this year is drawn as
not taking part, never as zero.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, sqrt
from typing import Any

import plotly.graph_objects as go

from cp_circles.calc.exact import plain
from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, build, number, unique, unmarked, wrapped
from cp_circles.charts.theme import LIGHT, SCALE, SCALE_INK
from cp_circles.errors import msg

HALF, MOST_ON_TILE = 0.46, 100_000
SHORT_NAME, WORD_COLUMNS, WORD_ROW = 3, 5, 50
PROVINCE_TILES: dict[str, tuple[int, int]] = {
    "23": (7, 0),
    "15": (5, 1),
    "22": (7, 1),
    "65": (0, 2),
    "62": (2, 2),
    "64": (3, 2),
    "11": (5, 2),
    "12": (6, 2),
    "21": (7, 2),
    "63": (1, 3),
    "61": (3, 3),
    "14": (4, 3),
    "13": (5, 3),
    "37": (6, 3),
    "54": (0, 4),
    "51": (2, 4),
    "50": (3, 4),
    "41": (4, 4),
    "34": (5, 4),
    "32": (6, 4),
    "31": (7, 4),
    "53": (2, 5),
    "52": (3, 5),
    "42": (4, 5),
    "36": (5, 5),
    "33": (6, 5),
    "45": (3, 6),
    "43": (4, 6),
    "44": (5, 6),
    "35": (6, 6),
    "71": (7, 6),
    "46": (4, 7),
    "82": (5, 7),
    "81": (6, 7),
}
_APART = (("71", msg("Taiwan")), ("81", msg("Hong Kong")), ("82", msg("Macao")))


@dataclass(frozen=True)
class TreeNode:
    """A part of a whole; a node with children carries their sum, whatever value it is given."""

    key: str
    label: str
    value: Decimal = Decimal(0)
    parent: str | None = None


@dataclass(frozen=True)
class Tile:
    """A region: its value (None: none yet) and whether it takes part this season."""

    code: str
    label: str
    value: Decimal | None = None
    takes_part: bool = True


def treemap(nodes: Sequence[TreeNode], frame: Frame) -> Chart:
    """Parts of a whole by area; every parent is exactly the sum of its children. ValueError below zero."""
    sums = sums_of(nodes)
    if any(value < 0 for value in sums.values()):
        raise ValueError("a treemap takes no negative value")
    above = {node.parent for node in nodes}
    leaves = [node for node in nodes if node.key not in above]
    breaks = classes([sums[node.key] for node in leaves])
    shade = {node.key: class_of(sums[node.key], breaks) for node in leaves}
    trace = go.Treemap(
        ids=unique([node.key for node in nodes]),
        labels=[unmarked(node.label) for node in nodes],
        parents=[node.parent or "" for node in nodes],
        values=[number(sums[node.key]) for node in nodes],
        branchvalues="total",
        texttemplate="%{label}<br>%{value:" + frame.number_format + "}",
        hovertemplate="%{label}: %{value:" + frame.number_format + "} " + frame.unit + "<extra></extra>",
        marker={
            "colors": [SCALE[shade[n.key]] if n.key in shade else LIGHT.sunken for n in nodes],
            "line": {"color": LIGHT.surface, "width": 2},
        },
        textfont={"color": [SCALE_INK[shade[n.key]] if n.key in shade else LIGHT.ink for n in nodes]},
        pathbar={"visible": False},
        root={"color": LIGHT.surface},
        tiling={"pad": 2},
        meta={"role": "verified"},
    )
    parents = {node.key: node.label for node in nodes}
    table = ChartTable(
        (
            Column(frame.say(msg("Name")), num=False),
            Column(frame.say(msg("Part of the whole")), num=False),
            Column(frame.unit_label(frame.say(msg("Amount")))),
        ),
        tuple((node.label, parents.get(node.parent or ""), sums[node.key]) for node in nodes),
    )
    margin = {"l": 0, "r": 0, "t": 4, "b": 4}
    return build(
        frame, [trace], {"height": 360, "margin": margin}, table, narrow={"height": 440, "margin": margin}
    )


def sums_of(nodes: Sequence[TreeNode]) -> dict[str, Decimal]:
    """The value of every node by key: a parent's is exactly the sum of its children."""
    children: dict[str | None, list[TreeNode]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    sums: dict[str, Decimal] = {}
    for node in nodes:
        _add_up(node, children, sums)
    return sums


def _add_up(
    node: TreeNode, children: Mapping[str | None, Sequence[TreeNode]], sums: dict[str, Decimal]
) -> Decimal:
    if node.key not in sums:
        below = children.get(node.key)
        sums[node.key] = sum((_add_up(c, children, sums) for c in below), Decimal(0)) if below else node.value
    return sums[node.key]


def classes(values: Sequence[Decimal]) -> list[Decimal]:
    """Four breaks of five classes with about as many values each; equal values fall in one class."""
    known = sorted(set(values))
    return [known[len(known) * n // 5] for n in range(1, 5)] if len(known) >= 5 else known[1:]


def class_of(value: Decimal, breaks: Sequence[Decimal]) -> int:
    """The class of a value, 0 to 4."""
    return bisect_right(breaks, value)


def grid_positions(codes: Sequence[str], columns: int | None = None) -> dict[str, tuple[int, int]]:
    """Places of equal tiles row by row, a little wider than high."""
    wide = columns or max(1, ceil(sqrt(len(codes) * 1.6)))
    return {code: (n % wide, n // wide) for n, code in enumerate(codes)}


def _rows_of_tiles(codes: Sequence[str], squares: bool) -> dict[str, tuple[int, int]]:
    """Places row by row; no more than five to a row where names need the room."""
    usual = max(1, ceil(sqrt(len(codes) * 1.6)))
    return grid_positions(codes, usual if squares else min(usual, WORD_COLUMNS))


def province_map(tiles: Sequence[Tile], frame: Frame) -> Chart:
    """The tile map of the provinces; Hong Kong, Macao and Taiwan are added where absent."""
    codes = {tile.code[:2] for tile in tiles}
    absent = [Tile(code, frame.say(name), takes_part=False) for code, name in _APART if code not in codes]
    all_tiles = [*tiles, *absent]
    return tile_map(
        all_tiles, frame, positions={tile.code: PROVINCE_TILES[tile.code[:2]] for tile in all_tiles}
    )


def tile_map(
    tiles: Sequence[Tile], frame: Frame, *, positions: Mapping[str, tuple[int, int]] | None = None
) -> Chart:
    """One equal tile a region, coloured in five classes; positions default to rows in the order given.

    Without positions, names longer than a code take wide tiles, few to a row, so that they do not touch.
    """
    say = frame.say
    squares = positions is not None or all(len(tile.label) <= SHORT_NAME for tile in tiles)
    places = positions or _rows_of_tiles(unique([tile.code for tile in tiles]), squares)
    part = [tile for tile in tiles if tile.takes_part and tile.value is not None]
    breaks = classes([tile.value for tile in part if tile.value is not None])
    wide, high = (
        max((x for x, _ in places.values()), default=0) + 1,
        max((y for _, y in places.values()), default=0) + 1,
    )
    out = say(msg("no round"))
    table = ChartTable(
        (
            Column(say(msg("Region")), num=False),
            Column(frame.unit_label(say(msg("Amount")))),
            Column(say(msg("State")), num=False),
        ),
        tuple(
            (t.label, t.value if t.takes_part else None, say(msg("takes part")) if t.takes_part else out)
            for t in tiles
        ),
    )
    layout, narrow = _tile_layout(tiles, places, breaks, out if squares else "", (wide, high), frame)
    if not squares:
        del layout["yaxis"]["scaleanchor"]
        layout["height"], narrow["height"] = WORD_ROW * high + 60, WORD_ROW * high + 60
    return build(frame, _classes_drawn(part, places, breaks, frame), layout, table, narrow=narrow)


def _classes_drawn(
    part: Sequence[Tile], places: Mapping[str, tuple[int, int]], breaks: Sequence[Decimal], frame: Frame
) -> list[Any]:
    """A trace for each class, named by where it begins; as bars, so that the squares stay sharp."""
    known = [tile for tile in part if tile.value is not None]
    lowest = min((tile.value for tile in known if tile.value is not None), default=Decimal(0))
    drawn = []
    for rank, begins in enumerate((lowest, *breaks)):
        own = [tile for tile in known if tile.value is not None and class_of(tile.value, breaks) == rank]
        drawn.append(
            go.Bar(
                x=[places[tile.code][0] for tile in own],
                base=[places[tile.code][1] - HALF for tile in own],
                y=[2 * HALF] * len(own),
                width=[2 * HALF] * len(own),
                name=f"≥ {frame.short(begins)}",
                hovertext=[
                    f"{unmarked(tile.label)}: {frame.short(tile.value or Decimal(0))} {frame.unit}".rstrip()
                    for tile in own
                ],
                hovertemplate="%{hovertext}<extra></extra>",
                customdata=[[tile.code, number(tile.value)] for tile in own],
                showlegend=bool(own),
                meta={"role": f"class{rank + 1}"},
            )
        )
    return drawn


def _tile_layout(
    tiles: Sequence[Tile],
    places: Mapping[str, tuple[int, int]],
    breaks: Sequence[Decimal],
    out: str,
    size: tuple[int, int],
    frame: Frame,
) -> tuple[dict[str, Any], dict[str, Any]]:
    wide, high = size
    hidden = {"visible": False, "fixedrange": True}
    said = "" if wide > 6 and "<br>" in wrapped(out, 6) else wrapped(out, 6)
    shapes = [_edge(*places[tile.code]) for tile in tiles if not tile.takes_part or tile.value is None]
    layout = {
        "height": (48 if wide > 6 else 72) * high + 60,
        "xaxis": {**hidden, "range": [-0.5, wide - 0.5], "constrain": "domain"},
        "yaxis": {**hidden, "range": [high - 0.5, -0.5], "constrain": "domain", "scaleanchor": "x"},
        "annotations": [_tile_text(tile, places[tile.code], breaks, said, frame) for tile in tiles],
        "shapes": shapes,
        "barmode": "overlay",
        "hovermode": "closest",
        "legend": {
            "x": 0,
            "xanchor": "left",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "margin": {"l": 4, "r": 4, "t": 44, "b": 4},
    }
    small = [
        {**_tile_text(t, places[t.code], breaks, "", frame), "font": _tile_font(t, breaks, 10)} for t in tiles
    ]
    return layout, {
        "height": (40 if wide > 6 else 60) * high + 60,
        "annotations": small,
        "margin": {"l": 0, "r": 0, "t": 44, "b": 4},
    }


def _edge(column: int, row: int) -> dict[str, Any]:
    box = {"x0": column - HALF, "x1": column + HALF, "y0": row - HALF, "y1": row + HALF}
    return {"type": "rect", **box, "line": {"color": LIGHT.axis, "width": 1, "dash": "3px,3px"}}


def _tile_text(
    tile: Tile, place: tuple[int, int], breaks: Sequence[Decimal], out: str, frame: Frame
) -> dict[str, Any]:
    under = "—" if tile.value is None else _on_tile(tile.value, frame)
    if not tile.takes_part:
        under = out
    return {
        "x": place[0],
        "y": place[1],
        "text": f"<b>{wrapped(unmarked(tile.label), 6)}</b>" + (f"<br>{under}" if under else ""),
        "showarrow": False,
        "font": _tile_font(tile, breaks, 11),
    }


def _on_tile(value: Decimal, frame: Frame) -> str:
    """A number short enough for a tile: three digits where it has decimals, thousands beyond five digits."""
    size = abs(value)
    if size >= MOST_ON_TILE:
        return f"{plain(value / 1000, 0)}k"
    return frame.short(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def _tile_font(tile: Tile, breaks: Sequence[Decimal], size: int) -> dict[str, Any]:
    plainly = tile.value is None or not tile.takes_part
    return {
        "size": size,
        "color": LIGHT.text if plainly or tile.value is None else SCALE_INK[class_of(tile.value, breaks)],
    }
