"""A computed panel as plain JSON, so that a frozen result keeps what it showed, and the way to read it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import round_half_up
from cp_circles.calc.reasons import Reason
from cp_circles.projects.panels.shapes import Bars, Block, Branch, Computed, Flow, Grid, Line
from cp_circles.rulesets.schema.base import Names

PLACES = 6


def kept(panels: Sequence[Computed]) -> list[dict[str, Any]]:
    """The panels as JSON values: numbers as {"n": "1.5"}, messages as {"m", "v"}, names as {"zh", "en"}."""
    return [
        {
            "kind": panel.kind,
            "title": value(panel.title),
            "provisional": panel.provisional,
            "blocks": [_block(block) for block in panel.blocks],
        }
        for panel in panels
    ]


def value(cell: Any) -> Any:
    """One word or cell as a JSON value."""
    if isinstance(cell, Names):
        return {"zh": cell.zh, "en": cell.en}
    if isinstance(cell, Reason):
        return {"m": cell.msgid, "v": {name: value(one) for name, one in cell.values.items()}}
    if isinstance(cell, Decimal):
        return {"n": format(_short(cell), "f")}
    return cell


def _short(number: Decimal) -> Decimal:
    exponent = number.normalize().as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return round_half_up(number, min(places, PLACES))


def _block(block: Block) -> dict[str, Any]:
    return {
        "title": value(block.title),
        "told": [{"text": value(one.text), "standing": one.standing} for one in block.told],
        "grids": [_grid(grid) for grid in block.grids],
        "lines": [_line(line) for line in block.lines],
        "figure": _figure(block.figure),
        "tree": [_branch(branch) for branch in block.tree],
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "caption": value(grid.caption),
        "heads": [{"text": value(head.text), "num": head.num} for head in grid.heads],
        "rows": [[value(cell) for cell in row] for row in grid.rows],
    }


def _line(line: Line) -> dict[str, Any]:
    step = line.step
    return {
        "label": value(line.label),
        "symbol": line.symbol,
        "text": step.expression,
        "value": value(step.result),
        "exact": step.exact,
    }


def _figure(figure: Flow | Bars | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    if isinstance(figure, Bars):
        return {
            "unit": value(figure.unit),
            "bars": [{"label": value(label), "amount": value(amount)} for label, amount in figure.items],
        }
    return {
        "unit": figure.unit,
        "closure": value(figure.closure),
        "nodes": [{"key": one.key, "label": value(one.label), "loss": one.loss} for one in figure.nodes],
        "bands": [
            {
                "source": one.source,
                "target": one.target,
                "amount": value(one.amount),
                "label": value(one.label),
            }
            for one in figure.bands
        ],
    }


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "text": branch.text,
        "note": [value(one) for one in branch.note],
        "below": [_branch(one) for one in branch.below],
    }
