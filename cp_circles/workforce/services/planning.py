"""What a list of employees would do to a company: people added, facts changed, rows refused."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.errors import Invalid, msg
from cp_circles.organisations.models import Company, Department
from cp_circles.people.identifiers import clean_email, clean_mobile
from cp_circles.people.models import Employment, Person
from cp_circles.people.queries import actor_for
from cp_circles.people.rules import Actor
from cp_circles.workforce import queries, rules
from cp_circles.workforce.layouts import StaffRow, day_of

TAKEN = msg("Somebody with this address or number is already registered.")
TWICE = msg("Row %(row)s of the file has the same.")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be stored, and in which column."""

    sheet: str
    row: int
    column: str
    msgid: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Entry:
    """One good row: whom it is about (None: a new person) and what it changes, by field: (before, after)."""

    row: StaffRow
    mobile: str | None
    email: str | None
    started_on: date | None
    employment: Employment | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class StaffPlan:
    """The whole list judged: nothing is written by it."""

    read: int = 0
    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    same: int = 0
    departments: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows have a problem."""
        return len({(one.sheet, one.row) for one in self.problems})

    @property
    def does_something(self) -> bool:
        """True if storing it would change anything."""
        return bool(self.new or self.changed or self.departments)


class Refused(Exception):
    """A row that cannot be stored; carries the column and the message."""

    def __init__(self, column: str, msgid: str, **values: Any) -> None:
        super().__init__(msgid)
        self.column, self.msgid, self.values = column, msgid, values


def _wrong_names(row: StaffRow) -> Iterator[Refused]:
    """What is missing or too long."""
    if not row.name:
        yield Refused("name", msg("Please give the person's name."))
    for column, most in (("name", 80), ("number", 40), ("department", 80)):
        if len(getattr(row, column)) > most:
            yield Refused(column, msg("This is longer than %(most)s signs."), most=most)


def _address(reader: Callable[[str], str | None]) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        try:
            return reader(text)
        except Invalid as refusal:
            raise Refused(refusal.field or "", refusal.msgid, **refusal.values) from refusal

    return read


def _first_day(text: str) -> date | None:
    try:
        return day_of(text)
    except ValueError as error:
        raise Refused("started_on", msg("This is not a day. Write it like 2026-03-01.")) from error


READERS: dict[str, Callable[[str], Any]] = {
    "mobile": _address(clean_mobile),
    "email": _address(clean_email),
    "started_on": _first_day,
}


class Planner:
    """Judges the rows of one list against the people and departments that a company has."""

    def __init__(self, session: Session, actor: Actor, company: Company, rows: list[StaffRow], now: datetime):
        self.session, self.actor, self.company, self.now = session, actor, company, now
        self.rows, self.plan = rows, StaffPlan(read=len(rows))
        found = queries.employments(session, company.id)
        self.by_number = {row.employee_number: row for row in found if row.employee_number}
        self.present = {row.person_id: row for row in found if row.ended_on is None}
        self.by_name: dict[str, list[Employment]] = defaultdict(list)
        for row in self.present.values():
            if row.person.active:
                self.by_name[row.person.name].append(row)
        self.departments = queries.departments_by_name(session, company.id)
        self.names = {row.id: row.name for row in self.departments.values()}
        self.seen: dict[tuple[str, str], int] = {}
        self.meant: dict[int, int] = {}
        self.namesakes = Counter(row.name for row in rows)
        self.holders: dict[tuple[str, str], Person] = {}

    def judged(self) -> StaffPlan:
        """The plan of all rows."""
        cleaned = [(row, self._cleaned(row)) for row in self.rows]
        mobiles = {one.mobile for _, one in cleaned if one is not None and one.mobile}
        emails = {one.email for _, one in cleaned if one is not None and one.email}
        for person in queries.holders_of_addresses(self.session, mobiles, emails):
            self.holders["mobile", person.mobile or ""] = person
            self.holders["email", person.email or ""] = person
        for row, entry in cleaned:
            if entry is not None:
                self._try(row, lambda entry=entry: self._judge(entry))
        return self.plan

    def _try(self, row: StaffRow, act: Any) -> Any:
        try:
            return act()
        except Refused as refusal:
            self._note(row, refusal)
        return None

    def _note(self, row: StaffRow, refusal: Refused) -> None:
        one = Problem(row.sheet, row.row, refusal.column, refusal.msgid, refusal.values)
        self.plan.problems.append(one)

    def _cleaned(self, row: StaffRow) -> Entry | None:
        """The row with its cells read, or None with every unreadable cell noted."""
        if row.is_department_only:
            return Entry(row, None, None, None)
        faults, read = list(_wrong_names(row)), {}
        for column, reader in READERS.items():
            try:
                read[column] = reader(getattr(row, column))
            except Refused as refusal:
                faults.append(refusal)
        for fault in faults:
            self._note(row, fault)
        return None if faults else Entry(row, read["mobile"], read["email"], read["started_on"])

    def _judge(self, entry: Entry) -> None:
        row = entry.row
        department = self._department(row.department)
        if row.is_department_only:
            self._open(row.department)
            self.plan.same += row.department not in self.plan.departments
            return
        self._once(row, entry)
        employment = self._whom(entry)
        if employment is None:
            self._free(entry, None)
            self.plan.new.append(entry)
        else:
            self._free(entry, employment)
            if employment.id in self.meant:
                raise Refused("name", TWICE, row=self.meant[employment.id])
            self.meant[employment.id] = row.row
            entry.employment = employment
            entry.changes = self._changes(entry, employment, department)
            (self.plan.changed.append(entry) if entry.changes else self._count())
        if row.department:
            self._open(row.department)

    def _count(self) -> None:
        self.plan.same += 1

    def _department(self, name: str) -> Department | None:
        found = self.departments.get(name)
        if found is not None and not found.active:
            raise Refused("department", msg("This department is closed."))
        return found

    def _open(self, name: str) -> None:
        if name not in self.departments and name not in self.plan.departments:
            self.plan.departments.append(name)

    def _once(self, row: StaffRow, entry: Entry) -> None:
        """The same number, mobile, e-mail, or the same name with none of them, stands once in a file."""
        keys = {"number": row.number, "mobile": entry.mobile or "", "email": entry.email or ""}
        if not any(keys.values()) and self.namesakes[row.name] > 1:
            raise Refused("name", msg("Several rows have this name; give their employee numbers."))
        for column, value in keys.items():
            if value and (column, value) in self.seen:
                raise Refused(column, TWICE, row=self.seen[column, value])
        self.seen |= {(column, value): row.row for column, value in keys.items() if value}

    def _whom(self, entry: Entry) -> Employment | None:
        """The employment that a row means: by number, then address, then a name that one person bears."""
        row, found = entry.row, self.by_number.get(entry.row.number)
        holder = self.holders.get(("mobile", entry.mobile or "-")) or self.holders.get(
            ("email", entry.email or "-")
        )
        if found is not None:
            same = found.person.name == row.name or (holder is not None and holder.id == found.person_id)
            if not same:
                text = msg(
                    "This employee number belongs to %(name)s. If the person has a new name, "
                    "give their mobile number too."
                )
                raise Refused("number", text, name=found.person.name)
            return found
        if holder is not None:
            held = self.present.get(holder.id)
            if held is None:
                raise Refused("mobile" if holder.mobile == entry.mobile else "email", TAKEN)
            if held.employee_number and row.number:
                text = msg("This person has the employee number %(number)s here.")
                raise Refused("number", text, number=held.employee_number)
            return held
        named = self.by_name.get(row.name, [])
        if row.number:
            named = [one for one in named if one.employee_number is None]
        if len(named) > 1 and not row.number:
            text = msg("Several people are called %(name)s. Give the employee number instead.")
            raise Refused("name", text, name=row.name)
        return named[0] if len(named) == 1 else None

    def _free(self, entry: Entry, employment: Employment | None) -> None:
        for column, value in (("mobile", entry.mobile), ("email", entry.email)):
            holder = self.holders.get((column, value or "-"))
            if holder is not None and (employment is None or holder.id != employment.person_id):
                raise Refused(column, TAKEN)

    def _changes(
        self, entry: Entry, employment: Employment, department: Department | None
    ) -> dict[str, tuple[str, str]]:
        row, person = entry.row, employment.person
        there = {
            "name": (person.name, row.name),
            "number": (employment.employee_number or "", row.number),
            "department": (self.names.get(employment.department_id or 0, ""), row.department),
            "mobile": (person.mobile or "", entry.mobile or ""),
            "email": (person.email or "", entry.email or ""),
            "started_on": (_day(employment.started_on), _day(entry.started_on)),
        }
        changes = {key: pair for key, pair in there.items() if pair[1] and pair[0] != pair[1]}
        if employment.ended_on is not None:
            changes["ended_on"] = (_day(employment.ended_on), "")
        if {"mobile", "email", "name"} & changes.keys():
            self._may_change(changes, person)
        return changes

    def _may_change(self, changes: dict[str, tuple[str, str]], person: Person) -> None:
        """What opens an account is not changed by a list where the account serves others too."""
        holder = actor_for(self.session, person.id, self.now)
        if not rules.can_change_mobile(self.actor, holder, self.company.id):
            column = next(key for key in ("mobile", "email", "name") if key in changes)
            raise Refused(
                column, msg("This person also acts for others; only an administrator changes this.")
            )
        if changes.get("email", ("", ""))[0] and not rules.can_change_email(
            self.actor, holder, self.company.id
        ):
            raise Refused(
                "email", msg("This person signs savings; only an administrator changes the address.")
            )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
