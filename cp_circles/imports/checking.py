"""The first stage: every row read through the mapping, nothing written, every refusal named."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import round_half_up
from cp_circles.errors import msg
from cp_circles.imports.bound import Bound
from cp_circles.imports.findings import Checked, CompanyFacts, Finding, Known, LineFacts, ProjectRow, Seen
from cp_circles.imports.reading import Cells, Table, place_of
from cp_circles.imports.transformations import (
    Unreadable,
    end_of_month,
    plain_text,
)
from cp_circles.rulesets.schema import Mapping as MappingPack

KEY_LENGTH = 80
ROWS_A_NOTE = 1000
Progress = Callable[[int, int], None]


class RowChecker:
    """Reads the rows of one sheet; what is wrong with a row is collected whole before it is refused."""

    def __init__(
        self, mapping: MappingPack, table: Table, known: Known, checked: Checked, seen: Seen
    ) -> None:
        self.mapping, self.table, self.known = mapping, table, known
        self.checked, self.seen = checked, seen
        self.resources = {row.code: row for row in mapping.resources}
        self.faults: list[Finding] = []
        self.notes: list[Finding] = []
        self.number = 0
        self.bound = self._bind()
        self.facts = [
            (name, place) for name in mapping.facts if (place := place_of([name], table.headings)) is not None
        ]

    def _bind(self) -> dict[str, Any]:
        """Every reading of the pack tied to its column, by the place it has in the pack."""
        found: dict[str, Any] = {}
        for owner, names in (
            (self.mapping, "project_key title state focus_area domain reason starts_on ends_on investment"),
            (self.mapping.period, "year begins ends"),
            (self.mapping.company, "code name"),
        ):
            found |= {f"{type(owner).__name__}.{name}": getattr(owner, name) for name in names.split()}
        if self.mapping.company.create is not None:
            names = "name name_en headcount region place"
            found |= {f"create.{name}": getattr(self.mapping.company.create, name) for name in names.split()}
        for index, line in enumerate(self.mapping.lines):
            names = "resource quantity money indirect"
            found |= {f"line{index}.{name}": getattr(line, name) for name in names.split()}
        return {name: Bound(reading, self.table, self.remark) for name, reading in found.items() if reading}

    def remark(self, column: str, names: Any) -> None:
        """Note something about the present row that does not refuse it."""
        shown = {"zh": names.zh, "en": names.en}
        self.notes.append(Finding(self.table.sheet, self.number, column, "", {}, shown))

    def refuse(self, column: str, msgid: str, **values: Any) -> None:
        """Note a reason to refuse the present row."""
        if not any(each.column == column and each.msgid == msgid for each in self.faults):
            self.faults.append(Finding(self.table.sheet, self.number, column, msgid, values))

    def get(self, name: str, cells: Cells) -> Any:
        """The value of one reading, or None with the refusal noted."""
        bound = self.bound.get(name)
        if bound is None:
            return None
        try:
            return bound.value(cells)
        except Unreadable as fault:
            self.refuse(fault.column, fault.msgid, **fault.values)
            return None

    def check(self, number: int, cells: Cells) -> None:
        """Read one row into the report: as a good row with its remarks, or as refusals."""
        self.number, self.faults, self.notes = number, [], []
        self.checked.read += 1
        if self.table.width is not None and len(cells) != self.table.width:
            text = msg(
                "The row has %(found)s cells, its heading %(wanted)s; look for a stray separator or quote."
            )
            self.refuse("", text, found=len(cells), wanted=self.table.width)
            row = None
        else:
            row = self._row(cells)
        if self.faults or row is None:
            self.checked.problems += self.faults
            return
        self.seen.keys[row.import_key] = number
        if row.company is not None:
            self.seen.places.setdefault(row.company.code, (row.company.region, row.company.place))
        self.checked.rows.append(row)
        self.checked.remarks += self.notes

    def _row(self, cells: Cells) -> ProjectRow | None:
        values = {
            name.split(".")[1]: self.get(name, cells) for name in self.bound if name.startswith("Mapping.")
        }
        key = self._key(values.pop("project_key"))
        period = self._period(cells)
        company_id, company = self._company(cells)
        lines = self._lines(cells)
        self._words(values)
        if self.faults:
            return None
        facts = {name: plain_text(cells[place]) for name, place in self.facts if place < len(cells)}
        content = {
            **values,
            "reason": values.get("reason") or "",
            "import_key": key,
            "period_from": period[0],
            "period_to": period[1],
            "company_id": company_id,
            "company": company,
            "lines": lines,
            "facts": facts,
        }
        for name in ("starts_on", "ends_on", "investment"):
            content.setdefault(name, None)
        return ProjectRow(sheet=self.table.sheet, number=self.number, sha256=hash_of(content), **content)

    def _key(self, key: Any) -> str:
        if not key:
            if not self.faults:
                self.refuse("", msg("The row has nothing to tell it from others; fill in its key."))
            return ""
        import_key = f"{self.mapping.key}:{key}"
        if len(import_key) > KEY_LENGTH:
            import_key = f"{self.mapping.key}:{hashlib.sha256(str(key).encode()).hexdigest()[:32]}"
        if import_key in self.seen.keys:
            text = msg("This project stands in row %(row)s already; keep one of the two.")
            self.refuse(self.bound["Mapping.project_key"].column, text, row=self.seen.keys[import_key])
        return import_key

    def _period(self, cells: Cells) -> tuple[date, date]:
        form = self.mapping.period
        if form.year is not None:
            year = self.get("PeriodForm.year", cells) or 2000
            first = date(year - (form.first_month > 1), form.first_month, 1)
            last_month = form.first_month - 1 or 12
            return first, end_of_month(date(year, last_month, 1))
        begins, ends = self.get("PeriodForm.begins", cells), self.get("PeriodForm.ends", cells)
        if begins is None or ends is None:
            return date.min, date.max
        if ends < begins:
            self.refuse(
                self.bound["PeriodForm.ends"].column,
                msg("The period ends before it begins; correct the dates."),
            )
        elif (ends - begins).days > 366:
            text = msg("The period is longer than twelve months; more than a year of effect does not count.")
            self.refuse(self.bound["PeriodForm.ends"].column, text)
        return begins, ends

    def _company(self, cells: Cells) -> tuple[int | None, CompanyFacts | None]:
        code, name = self.get("CompanyForm.code", cells), self.get("CompanyForm.name", cells)
        if self.mapping.company.create is not None:
            return None, self._new_company(code, cells)
        found = self.known.companies.get(code) if code else None
        found = found or (self.known.company_names.get(name) if name and not code else None)
        by_code = "CompanyForm.code" in self.bound and bool(code or not name)
        column = self.bound["CompanyForm.code" if by_code else "CompanyForm.name"].column
        if not code and not name:
            self.refuse(column, msg("This cell is empty; it is needed."))
        elif found is None or not found[1]:
            text = msg("No company that you import for is registered as %(company)s.")
            self.refuse(column, text, company=code or name)
        return (found[0] if found else None), None

    def _new_company(self, code: Any, cells: Cells) -> CompanyFacts | None:
        given = {
            name.split(".")[1]: self.get(name, cells) for name in self.bound if name.startswith("create.")
        }
        region, place, heads = given.get("region"), given.get("place"), given.get("headcount")
        if code is None or region is None or place is None:
            return None
        if region not in self.known.regions:
            text = msg("No region of this platform has the code %(code)s.")
            self.refuse(self.bound["create.region"].column, text, code=region)
        if self.seen.places.get(code, (region, place)) != (region, place):
            text = msg("Company %(company)s stands in another place in an earlier row; correct one of them.")
            self.refuse(self.bound["create.region"].column, text, company=code)
        names = (given.get("name") or "", given.get("name_en") or "")
        return CompanyFacts(code, *names, int(heads) if heads is not None else None, region, place)

    def _lines(self, cells: Cells) -> tuple[LineFacts, ...]:
        found = []
        for index in range(len(self.mapping.lines)):
            code = self.get(f"line{index}.resource", cells)
            amounts = [self.get(f"line{index}.{name}", cells) for name in ("quantity", "money", "indirect")]
            if any(amount is not None for amount in amounts):
                found.append(self._line(index, code or "", *amounts))
        return tuple(found)

    def _line(self, index: int, code: str, quantity: Any, money: Any, indirect: Any) -> LineFacts:
        resource = self.resources.get(code)
        if resource is None:
            self.notes.append(
                Finding(
                    self.table.sheet,
                    self.number,
                    self.bound[f"line{index}.resource"].column,
                    msg("The resource %(code)s is not known: only its money counts."),
                    {"code": code},
                )
            )
            return LineFacts(code, "OTHER", "", quantity, money, indirect, None, None)
        counts = quantity is not None and resource.metric is not None
        factor = resource.factor.value if resource.factor else Decimal(1)
        amount = round_half_up(quantity * factor, 6) if counts else None
        return LineFacts(
            code, resource.indicator, resource.unit, quantity, money, indirect, resource.metric, amount
        )

    def _words(self, values: Mapping[str, Any]) -> None:
        """Refuse a domain or focus area that the vocabulary does not know, and dates in the wrong order."""
        for name, allowed in (("domain", self.known.domains), ("focus_area", self.known.focus_areas)):
            if values[name] is not None and values[name] not in allowed:
                text = msg("The vocabulary does not know %(word)s; correct the mapping.")
                self.refuse(self.bound[f"Mapping.{name}"].column, text, word=values[name])
        begins, ends = values.get("starts_on"), values.get("ends_on")
        if begins and ends and ends < begins:
            text = msg("The project ends before it begins; correct the dates.")
            self.refuse(self.bound["Mapping.ends_on"].column, text)


def check_tables(
    mapping: MappingPack, tables: Sequence[Table], known: Known, progress: Progress = lambda done, total: None
) -> Checked:
    """Read every row of a file; `progress` hears how many of how many rows are done."""
    checked, seen = Checked(), Seen()
    total = sum(len(table.rows) for table in tables)
    for table in tables:
        checker = RowChecker(mapping, table, known, checked, seen)
        for number, cells in table.rows:
            checker.check(number, cells)
            if checked.read % ROWS_A_NOTE == 0:
                progress(checked.read, total)
    progress(checked.read, total)
    return checked


def hash_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a row as it was understood; the file's row number is no part of it."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
