"""How a list of departments and employees is laid out: headings in Chinese or English, rows as text."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from cp_circles.errors import Invalid, msg
from cp_circles.metering.sheets import Cells, Sheet

HEADINGS = {
    "name": "name fullname employee employeename 姓名 员工 员工姓名 职工姓名 名字",
    "number": "number employeenumber employeeno staffnumber id no 工号 员工编号 员工号 职工号 人员编号 编号",
    "department": "department dept workshop unit departmentname 部门 车间 部门名称 所在部门 单位 部门车间",
    "mobile": "mobile mobilenumber phone cellphone tel 手机 手机号 手机号码 电话 联系电话 移动电话",
    "email": "email mail emailaddress 邮箱 电子邮箱 电子邮件 邮件",
    "started_on": "started since startedon startdate entrydate joined 入职日期 入职时间 到岗日期 进厂日期",
}
FIELDS = tuple(HEADINGS)
WITHIN = 15
MOST_ROWS = 3_000
TOTALS = ("合计", "小计", "总计", "total", "sum", "注:", "注：", "说明:", "说明：")
_FIELD_OF = {word: field for field, words in HEADINGS.items() for word in words.split()}


@dataclass(frozen=True)
class StaffRow:
    """One row of a list as text; `column` of a problem is one of FIELDS."""

    sheet: str
    row: int
    name: str = ""
    number: str = ""
    department: str = ""
    mobile: str = ""
    email: str = ""
    started_on: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row as it is kept between preview and storing, without its empty cells."""
        return {key: value for key, value in asdict(self).items() if value}

    @staticmethod
    def from_json(stored: dict[str, Any]) -> "StaffRow":
        """A kept row."""
        return StaffRow(**{"sheet": "", **stored})

    @property
    def is_department_only(self) -> bool:
        """True for a row that names a department and nobody."""
        return bool(self.department) and not any((self.name, self.number, self.mobile, self.email))


def rows_of(sheets: Sequence[Sheet]) -> list[StaffRow]:
    """The rows of all sheets that have a heading row; Invalid (field `file`) where no sheet has one."""
    found: list[StaffRow] = []
    headed = False
    for sheet in sheets:
        heading = _heading(sheet)
        if heading is not None:
            headed = True
            found += _rows(sheet, *heading)
    if not headed:
        raise Invalid(
            msg(
                "No row names the columns. Write name, employee number, department, mobile, e-mail "
                "(姓名、工号、部门、手机、邮箱)."
            ),
            field="file",
        )
    if not found:
        raise Invalid(msg("The file has no rows below its heading."), field="file")
    if len(found) > MOST_ROWS:
        raise Invalid(msg("At most %(most)s rows can be sent at once."), field="file", most=MOST_ROWS)
    return found


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The number of the heading row and the place of each field; a department alone is enough."""
    for number, cells in enumerate(sheet.rows[:WITHIN], start=1):
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            field = _FIELD_OF.get(_plain(cell))
            if field is not None:
                places.setdefault(field, place)
        alone = set(places) == {"department"} and sum(1 for cell in cells if text_of(cell)) <= 2
        if "name" in places or alone:
            return number, places
    return None


def _rows(sheet: Sheet, heading_row: int, places: dict[str, int]) -> list[StaffRow]:
    rows = []
    for number, cells in enumerate(sheet.rows[heading_row:], start=heading_row + 1):
        values = {field: _cell(cells, place) for field, place in places.items()}
        first = next((text_of(cell) for cell in cells if text_of(cell)), "")
        if any(values.values()) and not first.casefold().startswith(TOTALS):
            rows.append(StaffRow(sheet.name, number, **values))
    return rows


def _cell(cells: Cells, place: int) -> str:
    return text_of(cells[place]) if place < len(cells) else ""


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without a decimal point, days as ISO dates."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def day_of(text: str) -> date | None:
    """A day as 2026-03-01, 2026/3/1, 2026.3.1 or 2026年3月1日; None for nothing; raises ValueError."""
    if not text:
        return None
    plain = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    year, month, day = (int(part) for part in plain.split("-"))
    return date(year, month, day)


def _plain(heading: Any) -> str:
    text = text_of(heading).casefold()
    return "".join(sign for sign in text if sign not in " _-.*:：()（）/")
