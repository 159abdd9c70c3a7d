"""How a sheet of readings is laid out: one row a reading, months as columns, or meters as columns."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from cp_circles.calc.units import unit_named
from cp_circles.calc.written import days_in, is_empty
from cp_circles.errors import Invalid, msg
from cp_circles.metering.sheets import Cells, Sheet

HEADINGS = {
    "meter": "meter metername meterkey name key 表计 计量器具 表计名称 仪表 仪表名称 表号 设备 名称 计量点",
    "from": "from start startson startdate month period date 开始 开始日期 起始日期 起始 月份 年月 日期 "
    "时间 期间",
    "to": "to end endson enddate 结束 结束日期 截止日期 截止 抄表日期",
    "quantity": "quantity reading value amount use consumption production 读数 示数 表底 数量 用量 产量 "
    "消耗量 用电量 用水量 用气量 电量 水量 数值",
    "unit": "unit 单位 计量单位",
    "note": "note remark remarks comment 备注 说明",
}
ROLES = ("meter", "from", "to", "quantity", "unit", "note", "value")
WITHIN = 15
TOTALS = ("合计", "小计", "总计", "total", "sum", "注:", "注：", "说明:", "说明：")
BRACKETS = re.compile(r"^(.*?)[(\[【](.{1,12}?)[)\]】]\s*$")
_ROLE_OF = {word: role for role, words in HEADINGS.items() for word in words.split()}


@dataclass(frozen=True)
class Layout:
    """What the columns of a file mean: `roles` by place ("" is not read), below heading row `heading_row`.

    shape: long (one row a reading), months or meters (a reading in every `value` column). `year` goes with
    months without one; `unit` holds where no column and no heading says another; "" is the meter's own.
    """

    shape: str
    heading_row: int
    roles: tuple[str, ...]
    year: int | None = None
    unit: str = ""

    def as_json(self) -> dict[str, Any]:
        """The layout as it is kept."""
        return asdict(self)

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "Layout":
        """A kept layout."""
        return Layout(**{**stored, "roles": tuple(stored["roles"])})

    def place(self, role: str) -> int | None:
        """The column of a role."""
        return self.roles.index(role) if role in self.roles else None


class Entry(NamedTuple):
    """One reading as the file has it, with the heading of the column of its value."""

    sheet: str
    row: int
    column: str
    meter: Any
    first: Any
    last: Any
    value: Any
    unit: str
    note: Any


def plain(heading: Any) -> str:
    """A heading as it is compared: no blanks and underlines, one width of signs, small letters."""
    text = unicodedata.normalize("NFKC", str(heading if heading is not None else "")).casefold()
    return "".join(text.replace("_", "").split())


def parted(heading: Any) -> tuple[str, str]:
    """A heading without the unit in its brackets, and that unit (or "")."""
    text = unicodedata.normalize("NFKC", str(heading if heading is not None else "")).strip()
    match = BRACKETS.match(text)
    if match and unit_named(match[2]) is not None:
        return match[1].strip(), match[2].strip()
    return text, ""


def recognised(sheets: Sequence[Sheet], meters: Collection[str], year: int) -> Layout:
    """The layout that the first sheet with a heading seems to have; Invalid where none can be seen.

    `meters` are names and keys, in the form of `plain`; `year` goes with months that have none.
    """
    for sheet in sheets:
        for number, cells in enumerate(sheet.rows[:WITHIN], start=1):
            layout = _of_row(number, cells, meters, year)
            if layout is not None:
                return layout
    raise Invalid(
        msg(
            "No row names the columns. Write meter, from, to, quantity (表计、开始、结束、读数), or months "
            "or the names of the meters as columns."
        ),
        field="file",
    )


def _of_row(number: int, cells: Cells, meters: Collection[str], year: int) -> Layout | None:
    roles = [_ROLE_OF.get(plain(parted(cell)[0]), "") for cell in cells]
    for place, role in enumerate(roles):
        if role and role in roles[:place]:
            roles[place] = ""
    if {"meter", "from", "quantity"} <= set(roles) or {"meter", "to", "quantity"} <= set(roles):
        return Layout("long", number, tuple(roles))
    months = [place for place, cell in enumerate(cells) if not roles[place] and _is_month(cell, year)]
    if "meter" in roles and months:
        with_year = any(_is_month(cells[place], None) for place in months)
        values = ["value" if place in months else _beside(role) for place, role in enumerate(roles)]
        return Layout("months", number, tuple(values), None if with_year else year)
    named = [place for place, cell in enumerate(cells) if plain(parted(cell)[0]) in meters]
    if named and ("from" in roles or "to" in roles):
        values = ["value" if place in named else role for place, role in enumerate(roles)]
        return Layout("meters", number, tuple("" if role == "quantity" else role for role in values))
    return None


def _beside(role: str) -> str:
    return role if role in ("meter", "unit", "note") else ""


def _is_month(cell: Any, year: int | None) -> bool:
    if is_empty(cell):
        return False
    try:
        days_in(parted(cell)[0] if isinstance(cell, str) else cell, year)
    except (ValueError, OverflowError):
        return False
    return True


def checked(layout: Layout) -> Layout:
    """The layout, if it names what its shape needs; Invalid with the role that is missing or doubled."""
    needed = {"long": ("meter", "quantity"), "months": ("meter", "value"), "meters": ("value",)}
    if layout.shape not in needed:
        raise Invalid(msg("Choose one of the layouts shown."), field="shape")
    for role in needed[layout.shape]:
        if role not in layout.roles:
            raise Invalid(msg("Say which column holds: %(role)s."), field="roles", role=role)
    if layout.shape != "months" and not {"from", "to"} & set(layout.roles):
        raise Invalid(msg("Say which column holds: %(role)s."), field="roles", role="from")
    for role in ROLES[:-1]:
        if layout.roles.count(role) > 1:
            raise Invalid(msg("Two columns are both taken as: %(role)s."), field="roles", role=role)
    if layout.unit and unit_named(layout.unit) is None:
        raise Invalid(msg("%(unit)s is not a unit that can be converted."), field="unit", unit=layout.unit)
    return replace(layout, unit=layout.unit.strip())


def headings_of(sheets: Sequence[Sheet], layout: Layout) -> list[Any]:
    """The headings of the first sheet that has the layout's heading row."""
    for sheet in sheets:
        if len(sheet.rows) >= layout.heading_row:
            cells = sheet.rows[layout.heading_row - 1]
            return cells[: len(layout.roles)] + [None] * (len(layout.roles) - len(cells))
    return []


def headings_hash(headings: Sequence[Any]) -> str:
    """By what a kept layout is found again: SHA-256 over the headings."""
    return hashlib.sha256("\x1f".join(plain(cell) for cell in headings).encode()).hexdigest()


def entries(sheets: Sequence[Sheet], layout: Layout) -> Iterator[Entry]:
    """Every reading of every sheet with these headings; blank rows, totals and empty wide cells are none."""
    wanted = [plain(cell) for cell in headings_of(sheets, layout)]
    for sheet in sheets:
        rows = sheet.rows
        if len(rows) < layout.heading_row:
            continue
        headings = rows[layout.heading_row - 1]
        if [plain(cell) for cell in headings[: len(wanted)]] != wanted:
            continue
        yield from (_long if layout.shape == "long" else _wide)(sheet, layout, headings)


def _long(sheet: Sheet, layout: Layout, headings: Cells) -> Iterator[Entry]:
    places = [layout.place(role) for role in ("meter", "from", "to", "quantity", "unit", "note")]
    heading = headings[places[3]] if places[3] is not None else ""
    unit, column, name = parted(heading)[1] or layout.unit, str(heading or ""), sheet.name
    width = max(place for place in places if place is not None) + 1
    for number, cells in enumerate(sheet.rows[layout.heading_row :], start=layout.heading_row + 1):
        row = cells if len(cells) >= width else [*cells, *[None] * (width - len(cells))]
        meter, first, last, value, own, note = (None if at is None else row[at] for at in places)
        if _is_blank(meter, value, first) or _is_total(row):
            continue
        given = unit if is_empty(own) else str(own).strip()
        yield Entry(name, number, column, meter, first, last, value, given, note)


def _wide(sheet: Sheet, layout: Layout, headings: Cells) -> Iterator[Entry]:
    at = {role: layout.place(role) for role in ROLES[:-1]}
    values = [
        (place, *parted(headings[place]), headings[place])
        for place, role in enumerate(layout.roles)
        if role == "value" and place < len(headings)
    ]
    for number, cells in enumerate(sheet.rows[layout.heading_row :], start=layout.heading_row + 1):
        row = [*cells, *[None] * (len(layout.roles) - len(cells))]
        if all(is_empty(row[place]) for place, *_ in values) or _is_total(row):
            continue
        side = {role: None if place is None else row[place] for role, place in at.items()}
        for place, text, unit, heading in values:
            if is_empty(row[place]):
                continue
            named = text if isinstance(heading, str) else heading
            meter = side["meter"] if layout.shape == "months" else text
            first = named if layout.shape == "months" else side["from"]
            given = str(side["unit"]).strip() if not is_empty(side["unit"]) else unit or layout.unit
            last = None if layout.shape == "months" else side["to"]
            yield Entry(sheet.name, number, text, meter, first, last, row[place], given, side["note"])


def _is_blank(*cells: Any) -> bool:
    return not any(cell is not None and cell != "" for cell in cells)


def _is_total(row: Cells) -> bool:
    first = (
        row[0] if row and row[0] else next((cell for cell in row if cell is not None and cell != ""), None)
    )
    return isinstance(first, str) and first.replace(" ", "").casefold().startswith(TOTALS)
