"""The look of charts: light and dark colours, roles that mean the same in every chart, and Plotly templates.

Figures are built in the light palette. The browser puts the reader's theme on by the same tokens;
`in_theme` does it on the server. Claimed is hatched, verified is solid, in every chart.
"""

from dataclasses import dataclass, fields
from typing import Any

FONT = (
    '"Segoe UI", "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", '
    '"Source Han Sans SC", system-ui, sans-serif'
)


@dataclass(frozen=True)
class Theme:
    """One palette; the names are the tokens of the style sheet."""

    surface: str
    sunken: str
    ink: str
    text: str
    axis: str
    grid: str
    accent: str
    accent_mid: str
    baseline: str
    target: str
    missing: str
    q1: str
    q2: str
    q3: str
    q4: str
    electricity: str
    money: str
    water: str
    co2: str
    cod: str
    air: str
    waste: str
    indirect: str
    wastewater: str
    ammonia: str
    nitrogen: str
    phosphorus: str
    sulphur: str
    nox: str
    dust: str
    hazardous: str
    material: str


LIGHT = Theme(
    surface="#ffffff",
    sunken="#eceeed",
    ink="#17201c",
    text="#424b47",
    axis="#7a837f",
    grid="#e2e5e4",
    accent="#0e5b3d",
    accent_mid="#5f9d7f",
    baseline="#58625e",
    target="#a8480a",
    missing="#7a4b00",
    q1="#e3efe9",
    q2="#b9d8c8",
    q3="#7fb39a",
    q4="#357a59",
    electricity="#a47c1f",
    money="#3e4a54",
    water="#2466bc",
    co2="#3d2652",
    cod="#299da4",
    air="#d52680",
    waste="#7b3914",
    indirect="#8d9960",
    wastewater="#0630b1",
    ammonia="#6f8136",
    nitrogen="#4b63f9",
    phosphorus="#b16ced",
    sulphur="#964b00",
    nox="#b47e78",
    dust="#637245",
    hazardous="#a50984",
    material="#0390c0",
)
DARK = Theme(
    surface="#171b19",
    sunken="#212624",
    ink="#e9edeb",
    text="#bfc7c3",
    axis="#7f8985",
    grid="#2a302e",
    accent="#74c9a0",
    accent_mid="#317657",
    baseline="#a7b0ac",
    target="#f0a060",
    missing="#f0c160",
    q1="#1b2a23",
    q2="#23483a",
    q3="#2c6b51",
    q4="#5fae88",
    electricity="#e8d48d",
    money="#909ba5",
    water="#497faa",
    co2="#9467d9",
    cod="#bcdedf",
    air="#d13d71",
    waste="#cc7f65",
    indirect="#f3e112",
    wastewater="#54b4ff",
    ammonia="#e7cf54",
    nitrogen="#275aed",
    phosphorus="#bd2a8d",
    sulphur="#b44b00",
    nox="#db8148",
    dust="#7e6336",
    hazardous="#e16f06",
    material="#4ed2ff",
)
Q5 = {LIGHT: "#0e5b3d", DARK: "#a3e2c4"}


@dataclass(frozen=True)
class Role:
    """How one meaning is drawn; `hatched` for what is not yet verified."""

    color: str
    width: float = 1.75
    dash: str = "solid"
    symbol: str = "circle"
    hatched: bool = False
    opacity: float = 1.0


ROLES = {
    "actual": Role(LIGHT.accent, 2.5),
    "verified": Role(LIGHT.accent, 2.5),
    "claimed": Role(LIGHT.accent, 2.5, symbol="circle-open", hatched=True),
    "baseline": Role(LIGHT.baseline, dash="6px,4px", symbol="square-open"),
    "target": Role(LIGHT.target, dash="1.5px,4px", symbol="diamond-open"),
    "deducted": Role(LIGHT.baseline, opacity=0.75),
    "added": Role(LIGHT.accent_mid),
    "missing": Role(LIGHT.missing, symbol="circle-open-dot"),
    "electricity": Role(LIGHT.electricity, symbol="circle", dash="11px,2px"),
    "energy": Role(LIGHT.accent, symbol="square"),
    "water": Role(LIGHT.water, symbol="diamond", dash="dot"),
    "co2": Role(LIGHT.co2, symbol="triangle-up", dash="dashdot"),
    "cod": Role(LIGHT.cod, symbol="cross", dash="longdash"),
    "air": Role(LIGHT.air, symbol="x", dash="longdashdot"),
    "waste": Role(LIGHT.waste, symbol="star", dash="2px,2px"),
    "indirect": Role(LIGHT.indirect, symbol="triangle-left", dash="8px,3px"),
    "wastewater": Role(LIGHT.wastewater, symbol="diamond-tall", dash="1px,3px"),
    "ammonia": Role(LIGHT.ammonia, symbol="hexagon", dash="12px,4px"),
    "nitrogen": Role(LIGHT.nitrogen, symbol="pentagon", dash="6px,2px,2px,2px"),
    "phosphorus": Role(LIGHT.phosphorus, symbol="octagon", dash="3px,3px"),
    "sulphur": Role(LIGHT.sulphur, symbol="triangle-right", dash="10px,3px,3px,3px"),
    "nox": Role(LIGHT.nox, symbol="star-triangle-up", dash="5px,5px"),
    "dust": Role(LIGHT.dust, symbol="hourglass", dash="2px,5px"),
    "hazardous": Role(LIGHT.hazardous, symbol="star-diamond", dash="14px,3px"),
    "material": Role(LIGHT.material, symbol="bowtie", dash="9px,3px,2px,3px"),
    "money": Role(LIGHT.money, symbol="triangle-down", dash="dash"),
}
SCALE = (LIGHT.q1, LIGHT.q2, LIGHT.q3, LIGHT.q4, Q5[LIGHT])
SCALE_INK = (LIGHT.ink, LIGHT.ink, LIGHT.ink, LIGHT.surface, LIGHT.surface)


def line_style(role: str) -> dict[str, Any]:
    """Plotly `line` of a role."""
    look = ROLES[role]
    return {"color": look.color, "width": look.width, "dash": look.dash}


def marker_style(role: str, size: int = 8) -> dict[str, Any]:
    """Plotly `marker` of a role on a line; open symbols are filled with the surface."""
    look = ROLES[role]
    if look.symbol.endswith("-open") and look.symbol.startswith("circle"):
        return {
            "color": LIGHT.surface,
            "size": size,
            "symbol": "circle",
            "line": {"color": look.color, "width": 1.5},
        }
    return {
        "color": look.color,
        "size": size,
        "symbol": look.symbol,
        "line": {"color": look.color, "width": 1.5},
    }


def bar_style(role: str) -> dict[str, Any]:
    """Plotly `marker` of a role's bars: hatched with an edge where it is claimed, else solid."""
    look = ROLES[role]
    if not look.hatched:
        return {"color": look.color, "opacity": look.opacity}
    return {"color": look.color, "pattern": hatching(), "line": {"color": look.color, "width": 1.25}}


def hatching(color: str = LIGHT.accent) -> dict[str, Any]:
    """The pattern of what is claimed and not yet verified."""
    return {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": color, "bgcolor": LIGHT.surface}


def faded(color: str, opacity: float) -> str:
    """A hex colour with an opacity."""
    red, green, blue = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def template(theme: Theme) -> dict[str, Any]:
    """The Plotly template of a theme."""
    axis = {"linecolor": theme.axis, "tickcolor": theme.axis, "zerolinecolor": theme.axis, "automargin": True}
    scale = (theme.q1, theme.q2, theme.q3, theme.q4, Q5[theme])
    return {
        "layout": {
            "paper_bgcolor": theme.surface,
            "plot_bgcolor": theme.surface,
            "font": {"family": FONT, "size": 12, "color": theme.text},
            "xaxis": {**axis, "showgrid": False, "showline": True},
            "yaxis": {**axis, "showgrid": True, "gridcolor": theme.grid, "gridwidth": 1},
            "hoverlabel": {
                "bgcolor": theme.ink,
                "bordercolor": theme.ink,
                "font": {"color": "#ffffff" if theme is LIGHT else "#0f1211", "size": 13},
            },
            "hovermode": "closest",
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "margin": {"l": 52, "r": 8, "t": 14, "b": 28},
            "separators": ".,",
            "colorscale": {"sequential": [[n / 4, color] for n, color in enumerate(scale)]},
        }
    }


_TO_DARK = {getattr(LIGHT, f.name): getattr(DARK, f.name) for f in fields(Theme)}
_TEXTS = frozenset({"x", "y", "z", "text", "customdata", "labels", "ids", "parents", "values", "ticktext"})


def in_theme(figure: Any, theme: Theme) -> Any:
    """The same figure in another theme; it comes and goes as plain dicts and lists."""
    return figure if theme is LIGHT else _darkened(figure, "")


def _darkened(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: item if name in _TEXTS else _darkened(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_darkened(item, key) for item in value]
    if not isinstance(value, str):
        return value
    if key == "colorscale" and value == Q5[LIGHT]:
        return Q5[DARK]
    if value.startswith("rgba("):
        red, green, blue, opacity = value[5:-1].split(",")
        return faded(
            _TO_DARK.get(f"#{int(red):02x}{int(green):02x}{int(blue):02x}", LIGHT.axis), float(opacity)
        )
    return _TO_DARK.get(value, value)
