"""Sheets as their pages show them: answer, figure, facts, runs, and the tools on offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cp_circles.calc.tools import TOOLS, Worked, work
from cp_circles.calc.tools.orthogonal_arrays import ARRAYS
from cp_circles.charts.frame import Chart, Frame
from cp_circles.charts.tools import told
from cp_circles.errors import msg
from cp_circles.projects.models import Project
from cp_circles.rulesets.schema import Method
from cp_circles.tools.models import ToolSheet, ToolVersion
from cp_circles.tools.quoting import drawn, facts_of
from cp_circles.web.formats import date_text
from cp_circles.web.i18n import locale_name

WIDE = frozenset({"fishbone", "tree", "relations", "pdpc", "arrow", "gantt", "board"})
CAUTIONS = {
    "histogram": msg(
        "Cp and Cpk are computed with the spread of all values, as Pp and Ppk are; take them for capability "
        "only once a control chart shows a stable process."
    ),
    "two_samples": msg("A difference that is shown is not yet its cause: say what else changed in between."),
    "scatter": msg("That two things go together does not show that one causes the other."),
    "photos": msg("Faces, names and logos are covered for the blind copy on the page of the result."),
}


@dataclass(frozen=True)
class Shown:
    """A version of a sheet as its page shows it."""

    sheet: ToolSheet
    version: ToolVersion
    tool: str
    answer: str
    facts: list[tuple[str, str]]
    notes: list[str]
    chart: Chart | None
    reasons: list[str]
    url: str
    caution: str = ""
    step: str = ""
    runs: "RunTable | None" = None
    pairs: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def is_wide(self) -> bool:
        """True for figures that need the whole width of the page."""
        return self.sheet.code in WIDE


@dataclass(frozen=True)
class RunTable:
    """The runs of an orthogonal experiment: names of the factors, and the levels of each run."""

    factors: list[str]
    rows: list[list[str]]
    columns: list[str]


@dataclass(frozen=True)
class Offered:
    """One tool that a page offers."""

    code: str
    title: str
    purpose: str
    url: str


def shown(sheet: ToolSheet, method: Method, version: ToolVersion | None = None) -> Shown:
    """A sheet as its page shows it: answer, figure, facts, notes, or why it cannot be computed yet."""
    version = version or sheet.latest
    worked = work(TOOLS[sheet.code], version.inputs)
    url = url_for("tools.show_sheet", sheet_id=sheet.id)
    csv_url = url_for("tools.sheet_csv", sheet_id=sheet.id, version=version.number)
    frame = Frame(f"tool-{sheet.id}", version.title, source=_source(version), say=_, csv_url=csv_url)
    step = method.step(sheet.step_key)
    result = worked.result
    return Shown(
        sheet=sheet,
        version=version,
        tool=_(TOOLS[sheet.code].title),
        answer=told(result.answer, _) if worked.done else "",
        facts=facts_of(result, _) if worked.done else [],
        notes=[told(one, _) for one in result.notes] if worked.done else [],
        chart=drawn(sheet.code, worked, frame),
        reasons=[] if worked.done else [told(one, _) for one in worked.reasons],
        url=url,
        caution=_(CAUTIONS[sheet.code]) if sheet.code in CAUTIONS else "",
        step=f"{step.number} {step.names.in_(locale_name())}" if step else _("The project as a whole"),
        runs=run_table(version.inputs) if sheet.code == "orthogonal" else None,
        pairs=list(version.inputs.get("pairs") or []) if worked.done else [],
    )


def preview(code: str, worked: Worked, title: str) -> dict[str, Any]:
    """The figure and answer of what is typed, before it is saved."""
    frame = Frame("preview", title or _(TOOLS[code].title), say=_)
    return {
        "answer": told(worked.result.answer, _),
        "facts": facts_of(worked.result, _),
        "notes": [told(one, _) for one in worked.result.notes],
        "chart": drawn(code, worked, frame),
    }


def _source(version: ToolVersion) -> str:
    return _("Version %(number)s of %(day)s", number=version.number, day=date_text(version.created_at))


def offered(codes: Sequence[str], project: Project, step_key: str = "") -> list[Offered]:
    """Tools with the addresses of their empty forms."""
    return [
        Offered(
            code,
            _(TOOLS[code].title),
            _(TOOLS[code].purpose),
            url_for("tools.new_sheet", project_id=project.id, code=code, step=step_key or None),
        )
        for code in codes
    ]


def run_table(inputs: Mapping[str, Any]) -> RunTable | None:
    """The runs of an orthogonal array with the names of the levels; None while array or factors are open."""
    array = ARRAYS.get(str(inputs.get("array")))
    if array is None:
        return None
    factors = [row for row in inputs.get("factors") or [] if str(row.get("column") or "").isdecimal()]
    fitting = [row for row in factors if 1 <= int(row["column"]) <= len(array[0])]
    rows = [[_level(row.get("levels"), run[int(row["column"]) - 1]) for row in fitting] for run in array]
    return RunTable(
        [str(row.get("label") or "") for row in fitting], rows, [str(row["column"]) for row in fitting]
    )


def _level(levels: Any, number: int) -> str:
    names = (
        levels.replace("，", ",").replace("、", ",").split(",") if isinstance(levels, str) else levels or []
    )
    return f"{number} {str(names[number - 1]).strip()}" if number <= len(names) else str(number)
