"""Units in which readings of one kind are written, and the exact factor between two of them."""

import unicodedata
from decimal import Decimal

FAMILIES: tuple[dict[str, Decimal], ...] = (
    {"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000), "GWh": Decimal(1_000_000)}
    | {"万kWh": Decimal(10_000), "亿kWh": Decimal(100_000_000)},
    {"kg": Decimal(1), "g": Decimal("0.001"), "t": Decimal(1000), "万t": Decimal(10_000_000)},
    {"m3": Decimal(1), "L": Decimal("0.001"), "万m3": Decimal(10_000)},
    {"MJ": Decimal(1), "kJ": Decimal("0.001"), "GJ": Decimal(1000), "TJ": Decimal(1_000_000)},
    {"kgce": Decimal(1), "tce": Decimal(1000), "万tce": Decimal(10_000_000)},
)
NAMES = {
    "度": "kWh",
    "千瓦时": "kWh",
    "兆瓦时": "MWh",
    "万度": "万kWh",
    "万千瓦时": "万kWh",
    "亿千瓦时": "亿kWh",
    "千克": "kg",
    "公斤": "kg",
    "克": "g",
    "吨": "t",
    "万吨": "万t",
    "立方米": "m3",
    "立方": "m3",
    "方": "m3",
    "m³": "m3",
    "m^3": "m3",
    "nm3": "m3",
    "万立方米": "万m3",
    "万方": "万m3",
    "升": "L",
    "兆焦": "MJ",
    "千焦": "kJ",
    "吉焦": "GJ",
    "千克标准煤": "kgce",
    "千克标煤": "kgce",
    "吨标准煤": "tce",
    "吨标煤": "tce",
    "万吨标准煤": "万tce",
}
_KNOWN = {unit.casefold(): unit for family in FAMILIES for unit in family} | {
    unicodedata.normalize("NFKC", name).casefold(): unit for name, unit in NAMES.items()
}


def unit_named(text: str) -> str | None:
    """The unit that a text names, in Chinese or by its sign; None for an unknown one."""
    return _KNOWN.get("".join(unicodedata.normalize("NFKC", text).split()).casefold())


def factor_between(given: str, wanted: str) -> Decimal | None:
    """What a value in the one unit is multiplied with to stand in the other; None where they do not compare.

    Two equal texts always compare (factor 1), also of units that are not listed here.
    """
    if given.strip() == wanted.strip():
        return Decimal(1)
    first, second = unit_named(given), unit_named(wanted)
    for family in FAMILIES:
        if first in family and second in family:
            return family[first] / family[second]
    return None
