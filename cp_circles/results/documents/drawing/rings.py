"""Radar charts as still pictures."""

from collections.abc import Mapping, Sequence
from math import cos, pi, sin
from typing import Any

from cp_circles.charts import Chart
from cp_circles.charts.diagram import fold, text_width
from cp_circles.charts.theme import LIGHT
from cp_circles.results.documents.drawing.marks import canvas, colour_of, marker, num, paint, path, text

WIDTH, HEIGHT, REACH = 760, 430, 150
RINGS = 5


def picture(chart: Chart, unit: str) -> str | None:
    """The radar as an SVG text; None where it has no aspect."""
    traces: Sequence[Mapping[str, Any]] = chart.figure["data"]
    labels = list(dict.fromkeys(str(label) for trace in traces for label in trace.get("theta") or ()))
    if not labels:
        return None
    polar = chart.figure["layout"].get("polar") or {}
    top = float(((polar.get("radialaxis") or {}).get("range") or (0, 1))[1]) or 1.0
    angles = {label: 2 * pi * n / len(labels) - pi / 2 for n, label in enumerate(labels)}
    parts = [*_rings(angles, top), *(part for trace in traces for part in _series(trace, angles, top))]
    x = 10.0
    for trace in traces:
        name = str(trace.get("name") or "")
        color = colour_of(trace)
        parts.append(f'<rect x="{num(x)}" y="7" width="14" height="9" {paint(color)}/>')
        parts.append(text(x + 20, 16, name))
        x += text_width(name) + 40
    if unit:
        parts.append(text(WIDTH - 8, 16, unit, anchor="right"))
    return canvas(WIDTH, HEIGHT, parts)


def _spot(angle: float, share: float) -> tuple[float, float]:
    return WIDTH / 2 + REACH * share * cos(angle), HEIGHT / 2 + 12 + REACH * share * sin(angle)


def _rings(angles: Mapping[str, float], top: float) -> list[str]:
    parts = []
    for ring in range(1, RINGS + 1):
        share = ring / RINGS
        corners = [_spot(angle, share) for angle in angles.values()]
        parts.append(path([*corners, corners[0]], {"color": LIGHT.grid, "width": 1}, LIGHT.grid))
    for label, angle in angles.items():
        parts.append(path([_spot(angle, 0), _spot(angle, 1)], {"color": LIGHT.grid, "width": 1}, LIGHT.grid))
        x, y = _spot(angle, 1.08)
        anchor = "center" if abs(cos(angle)) < 0.2 else "left" if cos(angle) > 0 else "right"
        valign = "middle" if abs(sin(angle)) < 0.8 else "below" if sin(angle) > 0 else "above"
        parts.append(text(x, y, "<br>".join(_safe(label)), anchor=anchor, valign=valign, color=LIGHT.ink))
    for ring in range(RINGS + 1):
        x, y = _spot(-pi / 2, ring / RINGS)
        words = f"{top * ring / RINGS:,.10g}"
        parts.append(text(x + 4, y, words, valign="middle", size=10))
    return parts


def _safe(label: str) -> list[str]:
    return [line.replace("&", "&amp;").replace("<", "&lt;") for line in fold(label, 150, 12, 2)]


def _series(trace: Mapping[str, Any], angles: Mapping[str, float], top: float) -> list[str]:
    points = [
        None if r is None else _spot(angles[str(theta)], float(r) / top)
        for r, theta in zip(trace.get("r") or (), trace.get("theta") or (), strict=False)
    ]
    look = trace.get("marker") or {}
    line = path(points, trace.get("line") or {}, colour_of(trace))
    return [line, *(marker(*point, look, n) for n, point in enumerate(points) if point)]
