"""The least value of a smooth function of a few variables, by the BFGS method with backtracking.

Nocedal and Wright, Numerical Optimization (2nd ed. 2006), algorithms 3.1 and 6.1.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

STEPS = 100
LONGEST = 2.0
LOWEST = -12.0
HIGHEST = 12.0


def least(
    function: Callable[[Vector], tuple[float, Vector]], start: Vector, *, scale: Vector, close: float = 1e-6
) -> Vector:
    """Where `function` (value and slope) is least, each variable kept between LOWEST and HIGHEST.

    `scale` is about the second derivative by each variable, for the first steps; the search ends when a step
    is shorter than `close` and gains nothing.
    """
    at = start.copy()
    value, slope = function(at)
    bend = np.diag(1.0 / scale)
    for _ in range(STEPS):
        direction = -bend @ slope
        if slope @ direction >= 0.0:
            bend = np.diag(1.0 / scale)
            direction = -bend @ slope
        longest = float(np.abs(direction).max())
        direction *= min(1.0, LONGEST / longest) if longest > 0.0 else 1.0
        step, moved = 1.0, False
        while step > 1e-10:
            there = np.clip(at + step * direction, LOWEST, HIGHEST)
            new_value, new_slope = function(there)
            if new_value <= value + 1e-4 * float(slope @ (there - at)):
                moved = True
                break
            step *= 0.4
        if not moved or float(np.abs(there - at).max()) < 1e-10:
            return at
        gone, turned = there - at, new_slope - slope
        small = (
            abs(value - new_value) < close * 1e-4 * (1.0 + abs(value)) and float(np.abs(gone).max()) < close
        )
        at, value, slope = there, new_value, new_slope
        curved = float(gone @ turned)
        if curved > 1e-14:
            outer = np.eye(len(at)) - np.outer(gone, turned) / curved
            bend = outer @ bend @ outer.T + np.outer(gone, gone) / curved
        if small:
            return at
    return at
