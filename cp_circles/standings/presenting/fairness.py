"""The fairness report of a round: each figure with one plain sentence, and charts with their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row

from cp_circles import charts
from cp_circles.charts.frame import Frame
from cp_circles.charts.ranges import Range, ranges
from cp_circles.judging.models import Standing, StandingRow
from cp_circles.judging.presenting.names import stage_name, track_name
from cp_circles.rulesets.schema import RoundRule
from cp_circles.scoring.presenting.habits import Figure, JudgeLine, judge_line
from cp_circles.standings.presenting.in_short import DOUBT, in_short
from cp_circles.web.formats import number
from cp_circles.web.i18n import translate

MOST_DRAWN = 60
Line = Row[Any]


@dataclass(frozen=True)
class StageReport:
    """One stage of a track."""

    key: str
    name: str
    figures: list[Figure]
    judges: list[JudgeLine]
    chart: charts.Chart | None


@dataclass(frozen=True)
class TrackReport:
    """One track: in short, why nothing was corrected, the stages, the places, what each judge decided."""

    key: str
    name: str
    entries: int
    short: list[str] = field(default_factory=list)
    refusal: str = ""
    groups: list[tuple[str, str]] = field(default_factory=list)
    stages: list[StageReport] = field(default_factory=list)
    places: charts.Chart | None = None
    undecided: list[str] = field(default_factory=list)
    without: list[tuple[int, str]] | None = None
    lasting: bool = False


@dataclass(frozen=True)
class Corrected:
    """One entry's corrected score, standard error and interval of places as the list shows them."""

    text: str
    undecided: bool
    chance: str


def corrected(row: StandingRow) -> Corrected | None:
    """What the list shows beside an entry's score; None where nothing was corrected."""
    found = (row.working or {}).get("severity")
    if not found:
        return None
    low, high = found["low"], found["high"]
    surely = (
        _("only place %(place)s", place=low)
        if low == high
        else _("place %(low)s to %(high)s", low=low, high=high)
    )
    score = _("corrected %(score)s ± %(error)s", score=found["corrected"], error=found["se"])
    text = f"{score} · {surely}"
    chance = _percent(found["chance"])
    return Corrected(text, bool(found["undecided"]), chance)


def fairness_report(standing: Standing, lines: Sequence[Line], rule: RoundRule) -> list[TrackReport]:
    """The whole report, track by track, of a standing and its lines; empty for one that has none."""
    rows: dict[str, list[Line]] = {}
    for row in lines:
        rows.setdefault(row.track_key, []).append(row)
    kept = (standing.facts or {}).get("fairness") or {}
    return [_track(one, rows.get(one["track"], []), rule) for one in kept.get("tracks", ())]


def _track(kept: Mapping[str, Any], rows: Sequence[Line], rule: RoundRule) -> TrackReport:
    names = {row.entry_id: entry_name(row) for row in rows}
    blind = {row.entry_id: row.blind_number or str(row.number) for row in rows}
    refusal = kept["refusal"]
    return TrackReport(
        key=kept["track"],
        name=track_name(kept["track"]),
        entries=kept["entries"],
        short=in_short(kept, [row.severity for row in rows if row.severity], rule),
        refusal=translate(refusal["msgid"], refusal["values"]) if refusal else "",
        groups=[
            (
                _(", ").join(map(str, group["judges"])),
                _(", ").join(blind.get(id_, "") for id_ in group["entries"]),
            )
            for group in kept["groups"]
        ],
        stages=[_stage(kept["track"], one, rule) for one in kept["stages"]] if kept["entries"] > 1 else [],
        places=_places_chart(kept["track"], rows, names),
        undecided=[names[row.entry_id] for row in rows if (row.severity or {}).get("undecided")],
        without=_without(kept["without"], names),
        lasting=kept["without"] is not None
        and not any(one["in"] or one["out"] or one["untold"] for one in kept["without"]),
    )


def entry_name(row: Line) -> str:
    """An entry by its number and title."""
    return _("No. %(number)s %(title)s", number=row.number, title=row.title)


def _without(
    kept: Sequence[Mapping[str, Any]] | None, names: Mapping[int, str]
) -> list[tuple[int, str]] | None:
    """(judge, what would change) for each judge on whom a promotion depends."""
    if kept is None:
        return None
    found = []
    for one in kept:
        parts = []
        if one["untold"]:
            parts.append(_("the scores could not be corrected any more"))
        if one["in"]:
            parts.append(_("up: %(entries)s", entries=_("; ").join(names.get(id_, "") for id_ in one["in"])))
        if one["out"]:
            parts.append(
                _("no longer up: %(entries)s", entries=_("; ").join(names.get(id_, "") for id_ in one["out"]))
            )
        if parts:
            found.append((one["judge"], " · ".join(parts)))
    return found


def _places_chart(track: str, rows: Sequence[Line], names: Mapping[int, str]) -> charts.Chart | None:
    """Each entry's place with the places that the scores leave open."""
    known = [row for row in rows if row.severity][:MOST_DRAWN]
    if len(known) < 2:
        return None
    title = _("Places that hold in nine cases of ten: %(track)s", track=track_name(track))
    drawn = [
        Range(
            names[row.entry_id][:24],
            Decimal(row.place),
            Decimal(row.severity["low"]),
            Decimal(row.severity["high"]),
            bool(row.severity["undecided"]),
        )
        for row in known
    ]
    frame = Frame(key=f"places-{track}", title=title, text=title, say=_, source=_("CP Circles"))
    labels = (_("Entry"), _("Place on the list"), _("Best place"), _("Worst place"))
    return ranges(_distinct(drawn), frame, names=labels, best_right=False)


def _distinct(drawn: Sequence[Range]) -> list[Range]:
    """The rows with labels that differ."""
    seen: dict[str, int] = {}
    answer = []
    for row in drawn:
        seen[row.label] = seen.get(row.label, 0) + 1
        label = row.label if seen[row.label] == 1 else f"{row.label} ({seen[row.label]})"
        answer.append(Range(label, row.value, row.low, row.high, row.open))
    return answer


def _stage(track: str, kept: Mapping[str, Any], rule: RoundRule) -> StageReport:
    figures = [
        *_severity_figures(kept),
        *_agreement_figures(kept["agreement"]),
        _home_figure(kept["home"]),
        _order_figure(kept["order"]),
    ]
    return StageReport(
        key=kept["stage"],
        name=stage_name(rule, kept["stage"]),
        figures=figures,
        judges=[judge_line(one) for one in kept["judges"]],
        chart=_severity_chart(track, kept),
    )


def _severity_figures(kept: Mapping[str, Any]) -> list[Figure]:
    if kept["deviations"] is None:
        return []
    entry, judge, noise = kept["deviations"]
    return [
        Figure(
            _("Difference between judges"),
            _("about %(points)s points", points=judge),
            _(
                "So much more or fewer points do judges usually give than an average judge. Entries differ"
                " by about %(entry)s points; about %(noise)s more are chance.",
                entry=entry,
                noise=noise,
            ),
            how=_("Standard deviations of the fitted model."),
        )
    ]


def _agreement_figures(kept: Mapping[str, Any]) -> list[Figure]:
    figures = []
    if kept["single"] is not None:
        word, tone = _strength(Decimal(kept["single"]))
        value = kept["single"]
        if kept["low"] is not None:
            value = _(
                "%(value)s (95 %%: %(low)s to %(high)s)", value=value, low=kept["low"], high=kept["high"]
            )
        how = (
            _("Absolute agreement of single judges drawn from many, ICC(2,1).")
            if kept["complete"]
            else _("Absolute agreement of single judges, from the fitted model, as not everybody read all.")
        )
        told = _(
            "Of the differences between single scores %(share)s come from the entries.",
            share=_percent(kept["single"]),
        )
        figures.append(Figure(_("Agreement of one judge"), value, told, word, tone, how))
    if kept["mean"] is not None:
        word, tone = _strength(Decimal(kept["mean"]))
        told = _(
            "The mean of %(judges)s judges an entry is worth this much: 1 would be beyond doubt,"
            " 0 pure chance.",
            judges=number(Decimal(kept["judges"])),
        )
        figures.append(Figure(_("Agreement of the mean"), kept["mean"], told, word, tone))
    if kept["alpha"] is not None:
        told = _(
            "1 means that all judges gave the same points, 0 what chance alone would give; below 0 is worse."
        )
        figures.append(Figure(_("Same points? (Krippendorff's alpha)"), kept["alpha"], told))
    figures.append(_order_of_judges(kept))
    return figures


def _order_of_judges(kept: Mapping[str, Any]) -> Figure:
    term = _("Same order? (Kendall's W)")
    if kept["concordance"] is None:
        return Figure(
            term, "–", _("Not every judge read every entry, so there is no common order to compare.")
        )
    told = _(
        "1 means that all judges put the entries in one order, 0 that they have no order in common."
        " Judges who throw dice reach this in %(chance)s of cases.",
        chance=_chance(kept["concordance_p"]),
    )
    return Figure(term, kept["concordance"], told, how=_p_text(kept["concordance_p"]))


def _strength(value: Decimal) -> tuple[str, str]:
    """The word for a share: Koo and Li (2016)."""
    if value < Decimal("0.5"):
        return _("weak"), "warn"
    if value < Decimal("0.75"):
        return _("moderate"), "info"
    return (_("good"), "ok") if value < Decimal("0.9") else (_("excellent"), "ok")


def _home_figure(kept: Mapping[str, Any] | None) -> Figure:
    term = _("Entries from the judge's own region")
    if kept is None:
        told = _(
            "This cannot be told: no judge scored enough entries from the own region and from elsewhere."
        )
        return Figure(term, "–", told)
    told = _(
        "So much more did judges give entries of their own region than others gave the same entries, over"
        " %(count)s such scores. Without any favour, chance alone makes such a difference in %(chance)s of"
        " cases.",
        count=kept["count"],
        chance=_chance(kept["p"]),
    )
    return _effect_figure(term, kept, told)


def _order_figure(kept: Mapping[str, Any] | None) -> Figure:
    term = _("Order of reading")
    if kept is None:
        told = _("This cannot be told: the judges read in the same order, or scored too few entries.")
        return Figure(term, "–", told)
    told = _(
        "So much did a score change with each entry that the judge had handed in before. Chance alone makes"
        " such a change in %(chance)s of cases.",
        chance=_chance(kept["p"]),
    )
    return _effect_figure(term, kept, told)


def _effect_figure(term: str, kept: Mapping[str, Any], told: str) -> Figure:
    value = _(
        "%(points)s points (95 %%: %(low)s to %(high)s)",
        points=kept["estimate"],
        low=kept["low"],
        high=kept["high"],
    )
    if Decimal(kept["p"]) < DOUBT:
        return Figure(term, value, told, _("more than chance"), "warn", _p_text(kept["p"]))
    return Figure(term, value, told, _("within chance"), "ok", _p_text(kept["p"]))


def _severity_chart(track: str, kept: Mapping[str, Any]) -> charts.Chart | None:
    known = [one for one in kept["judges"] if one.get("effect") is not None][:MOST_DRAWN]
    if len(known) < 2:
        return None
    title = _("Points given above or below an average judge")
    drawn = [
        Range(
            _("judge %(number)s", number=one["judge"]),
            Decimal(one["effect"]),
            Decimal(one["low"]),
            Decimal(one["high"]),
        )
        for one in known
    ]
    frame = Frame(
        key=f"severity-{track}-{kept['stage']}",
        title=title,
        text=title,
        unit=_("points"),
        say=_,
        source=_("CP Circles"),
    )
    names = (_("Judge"), _("Severity"), _("From"), _("To"))
    return ranges(drawn, frame, names=names, zero=True)


def _p_text(p: str) -> str:
    """A p-value behind its sign, for readers who know it."""
    return f"p = {p}" if Decimal(p) > 0 else "p < 0.001"


def _chance(p: str) -> str:
    """A p-value in words of chance: how often, in per cent."""
    share = Decimal(p)
    if share <= 0:
        return _("less than 0.1 %%")
    return number(share * 100, 1 if share < Decimal("0.01") else 0) + " %"


def _percent(share: str | None) -> str:
    """A stored share in per cent."""
    return "–" if share is None else number(Decimal(share) * 100, 0) + " %"
