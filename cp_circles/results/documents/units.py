"""Units as people write them in texts, reduced to a kind of quantity and a factor to its base unit."""

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Measure:
    """What a unit measures, and how many base units one of it is."""

    kind: str
    factor: Decimal


_SPELLINGS: tuple[tuple[str, str, str], ...] = (
    ("electricity", "1", "kWh|kW·h|度|千瓦时"),
    ("electricity", "1000", "MWh|兆瓦时"),
    ("heat", "1", "MJ|兆焦"),
    ("heat", "1000", "GJ|吉焦"),
    ("coal", "1", "kgce|kg ce|公斤标准煤|千克标准煤|公斤标煤"),
    ("coal", "1000", "tce|吨标准煤|吨标煤"),
    ("co2", "1", "kgCO2e|kg CO2e|kgCO2|公斤二氧化碳|千克二氧化碳"),
    ("co2", "1000", "tCO2e|t CO2e|tCO2|吨二氧化碳当量|吨二氧化碳"),
    ("money", "1", "元|yuan|CNY|RMB"),
    ("mass", "0.000001", "mg|毫克"),
    ("mass", "0.001", "g|克"),
    ("mass", "1", "kg|公斤|千克"),
    ("mass", "1000", "t|吨"),
    ("volume", "0.001", "L|升"),
    ("volume", "1", "m3|m³|立方米|Nm3|Nm³"),
    ("share", "1", "%|％|个百分点|percent"),
    ("time", "1", "min|分钟"),
    ("time", "60", "h|小时"),
    ("temperature", "1", "℃|°C|摄氏度"),
    ("power", "1", "kW|千瓦"),
    ("power", "1000", "MW|兆瓦"),
    ("pressure", "1", "kPa"),
    ("pressure", "1000", "MPa"),
)
MEASURES = {
    name: Measure(kind, Decimal(factor)) for kind, factor, names in _SPELLINGS for name in names.split("|")
}
COUNTED = ("吨产品", "件", "台", "个", "只", "套", "人", "班", "次", "天", "piece", "pieces", "unit", "day")
SCALES = {"": Decimal(1), "千": Decimal(1000), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_END = r"(?![A-Za-z0-9])"


def _alternatives(names: list[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(
        re.escape(name) + (_END if name[-1].isascii() and name[-1].isalnum() else "")
        for name in longest_first
    )


_UNIT = _alternatives(list(MEASURES))
_PER = _alternatives([*MEASURES, *COUNTED])
FIGURE = re.compile(
    r"(?<![A-Za-z0-9.,_/])(?:(?P<before>CNY|RMB|¥|￥)\s?)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?(?P<scale>[千万亿])?\s?"
    rf"(?P<unit>{_UNIT})?(?:\s?/\s?(?P<per>{_PER}))?"
)


def measure_of(unit: str) -> Measure | None:
    """What a stored unit such as `kWh/t` or `万元` measures; None where it is not known.

    An unknown unit below a fraction bar (`kWh/batch`) is kept as its own word.
    """
    over, _, per = (part.strip() for part in unit.partition("/"))
    scale = Decimal(1)
    if over not in MEASURES and over[:1] in {"万", "亿"}:
        scale, over = SCALES[over[0]], over[1:].strip()
    if over not in MEASURES:
        return None
    top = MEASURES[over]
    if not per:
        return Measure(top.kind, top.factor * scale)
    below = MEASURES.get(per)
    if below is None:
        return Measure(f"{top.kind}/{per}", top.factor * scale)
    return Measure(f"{top.kind}/{below.kind}", top.factor * scale / below.factor)
