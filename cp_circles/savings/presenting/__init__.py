"""A saving as its pages show it: the chain, factors and periods, the methods, and how numbers came about."""

from cp_circles.savings.presenting.beside import beside_parts
from cp_circles.savings.presenting.chain import (
    Link,
    chain_links,
    factor_lines,
    period_rows,
    periods_text,
)
from cp_circles.savings.presenting.effects import effect_parts
from cp_circles.savings.presenting.numbers import (
    adjustment_rows,
    formulas,
    input_rows,
    model_lines,
    step_text,
    verified_part,
)
from cp_circles.savings.presenting.side_by_side import METHOD_NAMES, method_lines, said, said_row

__all__ = [
    "METHOD_NAMES",
    "Link",
    "adjustment_rows",
    "beside_parts",
    "chain_links",
    "effect_parts",
    "factor_lines",
    "formulas",
    "input_rows",
    "method_lines",
    "model_lines",
    "period_rows",
    "periods_text",
    "said",
    "said_row",
    "step_text",
    "verified_part",
]
