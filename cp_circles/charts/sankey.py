"""Flows of material, water, pollutants or energy: a Sankey diagram whose closure error is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from cp_circles.calc.exact import plain, round_half_up, to_fraction, total
from cp_circles.charts.diagram import fold
from cp_circles.charts.frame import Chart, ChartTable, Column, Frame, build, number, unique, unmarked
from cp_circles.charts.theme import LIGHT, faded
from cp_circles.errors import msg


@dataclass(frozen=True)
class FlowNode:
    """A source, unit operation or destination; `loss` marks what leaves as waste or unknown."""

    key: str
    label: str
    loss: bool = False


@dataclass(frozen=True)
class FlowLink:
    """An amount from one node to another; `label` names what flows."""

    source: str
    target: str
    amount: Decimal
    label: str = ""


def closure_percent(links: Sequence[FlowLink]) -> Decimal | None:
    """|in - out| / in x 100 over the outer boundary: from pure sources to ends; None without an input."""
    into = {link.target for link in links}
    out = {link.source for link in links}
    received = total(link.amount for link in links if link.source not in into)
    given = total(link.amount for link in links if link.target not in out)
    return round_half_up(abs(received - given) * 100 / to_fraction(received), 2) if received else None


def sankey(
    nodes: Sequence[FlowNode],
    links: Sequence[FlowLink],
    frame: Frame,
    *,
    closure: Decimal | None = None,
    is_balance: bool = True,
) -> Chart:
    """Flows by width from left to right, losses marked; ValueError below zero or in a circle.

    The closure error of the whole stands below the drawing, two decimals in percent; `closure` is that of
    the balance itself, needed where the links draw what is not accounted for. What is divided rather than
    balanced has none.
    """
    keys = unique([node.key for node in nodes])
    if any(link.amount < 0 for link in links):
        raise ValueError("a flow is not negative")
    _refuse_circle(keys, links)
    say, names = frame.say, {node.key: node.label for node in nodes}
    trace = _trace(nodes, links, frame.unit, 120, 2)
    narrow_trace = _trace(nodes, links, frame.unit, 72, 3)
    error = closure_percent(links) if closure is None else closure
    if not is_balance:
        error = None
    caption = say(msg("Closure error %(percent)s %%"), percent=plain(error)) if error is not None else ""
    layout = {
        "height": max(320, 46 * len(nodes)),
        "annotations": [
            {
                "x": 1,
                "y": 0,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "right",
                "yanchor": "top",
                "yshift": -6,
                "text": caption,
                "showarrow": False,
                "font": {"color": LIGHT.ink},
            }
        ],
        "margin": {"l": 8, "r": 8, "t": 14, "b": 32},
    }
    table = ChartTable(
        (
            Column(say(msg("From")), num=False),
            Column(say(msg("To")), num=False),
            Column(say(msg("What flows")), num=False),
            Column(frame.unit_label(say(msg("Amount")))),
        ),
        tuple((names[k.source], names[k.target], k.label or None, k.amount) for k in links),
    )
    narrow = {"height": max(380, 56 * len(nodes)), "margin": {"l": 4, "r": 4, "t": 14, "b": 32}}
    return build(frame, [trace], layout, table, narrow=narrow, narrow_traces=[narrow_trace])


def _trace(
    nodes: Sequence[FlowNode], links: Sequence[FlowLink], unit: str, width: int, lines: int
) -> go.Sankey:
    """The drawing with labels folded to a width in pixels, so that those of two columns keep apart."""
    place = {node.key: n for n, node in enumerate(nodes)}
    lost = {node.key for node in nodes if node.loss}
    return go.Sankey(
        arrangement="snap",
        node={
            "label": ["<br>".join(fold(unmarked(node.label), width, 11, lines)) for node in nodes],
            "color": [LIGHT.target if node.loss else LIGHT.accent for node in nodes],
            "pad": 22,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{label}: %{value:,.6~f} " + unit + "<extra></extra>",
        },
        link={
            "source": [place[link.source] for link in links],
            "target": [place[link.target] for link in links],
            "value": [number(link.amount) for link in links],
            "label": [unmarked(link.label) for link in links],
            "color": [faded(LIGHT.target if link.target in lost else LIGHT.accent, 0.25) for link in links],
            "hovertemplate": "%{label} %{value:,.6~f} " + unit + "<extra></extra>",
        },
        textfont={"color": LIGHT.ink, "size": 11},
        meta={"role": "flow"},
    )


def _refuse_circle(keys: Sequence[str], links: Sequence[FlowLink]) -> None:
    left = set(keys)
    while left:
        free = {key for key in left if not any(k.target == key and k.source in left for k in links)}
        if not free:
            raise ValueError("flows go in a circle; draw what is fed back as a node of its own")
        left -= free
