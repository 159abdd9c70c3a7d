"""What a file was found to hold: rows fit to store, and findings by sheet, row, column and reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

MOST_LISTED = 20_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one cell: why its row was refused, or what is remarkable about a row that is kept.

    A reason of ours is `msgid` with values; one of a mapping is `names` in both languages.
    """

    sheet: str
    row: int
    column: str
    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] | None = None

    def as_json(self) -> list[Any]:
        """The finding as a report keeps it."""
        values = {name: str(value) for name, value in self.values.items()}
        return [
            self.sheet,
            self.row,
            self.column,
            self.msgid,
            values,
            dict(self.names) if self.names else None,
        ]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> "Finding":
        """The finding that a report kept."""
        return cls(*stored)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One claimed saving: quantity and money with sign (None is unknown), and what its metric counts."""

    resource: str
    indicator: str
    unit: str
    quantity: Decimal | None
    money: Decimal | None
    indirect: Decimal | None
    metric: str | None
    metric_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """A company the file brings along, and the place where it stands."""

    code: str
    name: str
    name_en: str
    headcount: int | None
    region: str
    place: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One good row: everything a project and its claims are made of; `sha256` tells changed rows apart."""

    sheet: str
    number: int
    import_key: str
    title: str
    state: str
    focus_area: str
    domain: str
    reason: str
    starts_on: date | None
    ends_on: date | None
    period_from: date
    period_to: date
    investment: Decimal | None
    company_id: int | None
    company: CompanyFacts | None
    lines: tuple[LineFacts, ...]
    facts: Mapping[str, str]
    sha256: str


@dataclass(frozen=True)
class Known:
    """What the database knows of the things a file names.

    `companies` maps codes, and `company_names` names, to the id and whether the importer may act for it;
    `projects` maps import keys to the id and the hash of the row as it was imported.
    """

    regions: frozenset[str] = frozenset()
    companies: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    company_names: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    projects: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    focus_areas: frozenset[str] = frozenset()


@dataclass
class Seen:
    """What earlier rows of the file said."""

    keys: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Checked:
    """A whole file after the first stage: nothing of it is stored yet."""

    read: int = 0
    rows: list[ProjectRow] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return len({(finding.sheet, finding.row) for finding in self.problems})


def listed(findings: Sequence[Finding]) -> dict[str, Any]:
    """Findings as a report keeps them: how many of each reason, and each one up to a limit."""
    reasons = Counter((each.msgid, (each.names or {}).get("en", ""), each.column) for each in findings)
    first = {(each.msgid, (each.names or {}).get("en", ""), each.column): each for each in reversed(findings)}
    return {
        "count": len(findings),
        "reasons": [[*first[key].as_json(), count] for key, count in reasons.most_common()],
        "rows": [each.as_json() for each in findings[:MOST_LISTED]],
    }
