"""The score sheet and the evidence as the judge's desk shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from flask import url_for
from flask_babel import gettext as _

from cp_circles.judging.figures import shown
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.rulesets.schema import Rubric
from cp_circles.web.formats import number
from cp_circles.web.i18n import locale_name
from cp_circles.web.versions import Difference


def differences(
    rubric: Rubric,
    stored: Mapping[str, Any],
    points: Mapping[str, str],
    comments: Mapping[str, str],
    comment: str,
) -> list[Difference]:
    """What another window saved meanwhile beside what was typed here, by criterion; no equal ones."""
    pairs = []
    for place, row in enumerate(rubric.criteria, start=1):
        label = f"{place} {row.names.in_(locale_name())}"
        pairs += [
            (row.key, label, stored.get(row.key, ""), points.get(row.key, "")),
            (
                f"c-{row.key}",
                _("%(criterion)s: comment", criterion=label),
                stored.get(f"c-{row.key}", ""),
                comments.get(row.key, ""),
            ),
        ]
    pairs.append(("comment", _("Overall comment"), stored.get("comment", ""), comment))
    found = [Difference(name, label, _plain(kept), _plain(typed)) for name, label, kept, typed in pairs]
    return [row for row in found if row.stored != row.typed]


def stored_words(sheet: ScoreSheet) -> dict[str, str]:
    """What stands on a sheet by the names of its fields, as `differences` compares it."""
    words = {f"c-{key}": text for key, text in sheet.comments.items()}
    return {**sheet.points, **words, "comment": sheet.comment}


def _plain(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


class Scored(Protocol):
    """What stands on a sheet, or stood on an earlier version of it."""

    @property
    def points(self) -> Mapping[str, Any]: ...

    @property
    def comments(self) -> Mapping[str, Any]: ...

    @property
    def comment(self) -> str: ...

    @property
    def total(self) -> Decimal | None: ...


@dataclass(frozen=True)
class PanelTable:
    """The points of a panel side by side: a column a judge, by number and never by name; totals last."""

    columns: list[dict[str, Any]]
    rows: list[list[str]]
    comments: list[tuple[str, str, str]]


def judge_label(judge: int) -> str:
    """A judge as others on the panel read it."""
    return _("judge %(number)s", number=judge)


def panel_table(rubric: Rubric, columns: Sequence[tuple[str, Scored]]) -> PanelTable:
    """Points by criterion for labelled sheets, with the spread of each line, and the comments below."""
    heads: list[dict[str, Any]] = [{"label": _("Criterion")}, {"label": _("Maximum"), "num": True}]
    heads += [{"label": label, "num": True} for label, _sheet in columns]
    heads.append({"label": _("Range of points"), "num": True})
    rows = []
    for row in rubric.criteria:
        points = [sheet.points.get(row.key) for _label, sheet in columns]
        rows.append([row.names.in_(locale_name()), number(row.points), *_with_spread(points)])
    totals = [shown(sheet.total) for _label, sheet in columns]
    rows.append([_("Total"), number(rubric.total), *_with_spread(totals)])
    return PanelTable(heads, rows, [line for column in columns for line in _comments(rubric, *column)])


def own_panel(rubric: Rubric, own: ScoreSheet, others: Sequence[tuple[int, ScoreSheet]]) -> PanelTable | None:
    """What a judge sees of the panel after handing in, own points first; None where nothing is shown yet."""
    if not others:
        return None
    return panel_table(rubric, [(_("Mine"), own), *((judge_label(judge), sheet) for judge, sheet in others)])


def _with_spread(texts: Sequence[str | None]) -> list[str]:
    given = [Decimal(text) for text in texts if text]
    spread = shown(max(given) - min(given)) or "0" if given else "–"
    return [*(text or "–" for text in texts), spread]


def _comments(rubric: Rubric, label: str, sheet: Scored) -> list[tuple[str, str, str]]:
    named = [(row.names.in_(locale_name()), sheet.comments.get(row.key, "")) for row in rubric.criteria]
    return [(label, name, text) for name, text in (*named, (_("Overall comment"), sheet.comment)) if text]


def tick(sheet: ScoreSheet, place: int, current: ScoreSheet | None = None) -> dict[str, Any]:
    """One box of the line of entries above the desk."""
    state = {SheetState.SUBMITTED: "done", SheetState.OPEN: ""}.get(sheet.state, "recused")
    is_now = current is not None and sheet.id == current.id
    words = {"done": _("handed in"), "": _("not handed in"), "recused": _("put aside")}
    return {
        "number": place,
        "url": url_for("scoring.show_desk", blind_key=sheet.entry.blind_key, stage=sheet.stage),
        "state": "now" if is_now else state,
        "spoken": _(
            "Entry %(place)s, %(state)s", place=place, state=_("open now") if is_now else words[state]
        ),
    }


GROUPS = {
    "open": (SheetState.OPEN,),
    "done": (SheetState.SUBMITTED,),
    "aside": (SheetState.ABSTAINED, SheetState.RECUSED),
}


def sheets_in(own: Sequence[ScoreSheet], group: str | None) -> list[ScoreSheet]:
    """The judge's sheets of one group of the list: to score, handed in, put aside; all for any other word."""
    return [row for row in own if group not in GROUPS or row.state in GROUPS[group]]


def sheet_groups(own: Sequence[ScoreSheet], round_id: int, group: str | None) -> list[tuple[Any, ...]]:
    """The groups of a judge's list as the tabs above it show them, each with how many sheets it holds."""
    names = {"": _("All"), "open": _("To score"), "done": _("Handed in"), "aside": _("Put aside")}
    chosen = group if group in GROUPS else ""
    return [
        (
            name,
            url_for("scoring.round_desk", round_id=round_id, show=key or None),
            key == chosen,
            None,
            len(sheets_in(own, key)),
        )
        for key, name in names.items()
    ]


def entry_label(sheet: ScoreSheet) -> str:
    """How a judge calls an entry: by its blind number, in a company's round by its number."""
    return _("Entry %(number)s", number=sheet.entry.blind_number or f"{sheet.entry.number:02d}")
