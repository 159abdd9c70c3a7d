"""Whether savings of a company count anything twice: each warning with its evidence and whether it blocks.

A claim may be drafted beside another; it is verified only where nothing that counts already is counted
again. Source: design rules 5.3, confidence B.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from cp_circles.calc.exact import plain
from cp_circles.calc.overlap import Claimed, media_counted, totals_beside_parts
from cp_circles.calc.periods import Period
from cp_circles.calc.reasons import Reason
from cp_circles.calc.sharing import Holding, are_in_line, days_covered, excesses, line_of
from cp_circles.errors import DomainError, msg
from cp_circles.metering.models import Meter
from cp_circles.projects.models import Project
from cp_circles.savings import rules
from cp_circles.savings.models import (
    Claim,
    MediaSource,
    OverlapDecision,
    Saving,
    SavingState,
    Split,
    SplitState,
)
from cp_circles.savings.queries import catalogue

LONGEST_CREDIT_DAYS = 366
BLOCKING = frozenset({"shares", "split", "media", "derived", "years", "credit"})
DECIDABLE = frozenset({"media", "derived", "years", "boundary"})
Label = Callable[[Saving], str]


@dataclass(frozen=True)
class Warning:
    """Something may count twice: the sentence, the savings it rests on, and the decision about it, if any."""

    kind: str
    reason: Reason
    savings: tuple[Saving, ...]
    decision: OverlapDecision | None = None

    @property
    def key(self) -> str:
        """Its name in addresses and decisions: the kind and the numbers of the savings."""
        return "-".join([self.kind, *(str(row.id) for row in self.savings)])

    @property
    def blocks(self) -> bool:
        """Whether a saving in it cannot be verified beside those that are."""
        return self.kind in BLOCKING and self.decision is None

    @property
    def may_be_decided(self) -> bool:
        """Whether the department may settle it by a reasoned decision."""
        return self.kind in DECIDABLE


class CountedTwice(DomainError):
    """Verifying this saving would count something twice; `warning` says what and rests on which savings."""

    def __init__(self, warning: Warning) -> None:
        self.warning = warning
        super().__init__(warning.reason.msgid, **warning.reason.values)


@dataclass(frozen=True)
class Surroundings:
    """What a company's overlaps are judged by: meters above meters, sources of media, splits, decisions."""

    parents: Mapping[int, int | None]
    names: Mapping[int, str]
    sources: Mapping[int, tuple[int, ...]]
    splits: tuple[Split, ...]
    decisions: Mapping[str, OverlapDecision]
    derived: frozenset[str]


def surroundings(session: Session, company_id: int) -> Surroundings:
    """The surroundings of a company, in a fixed number of statements."""
    meters = session.execute(
        sa.select(Meter.id, Meter.parent_id, Meter.name).where(Meter.company_id == company_id)
    ).all()
    sources: dict[int, tuple[int, ...]] = {}
    for row in session.scalars(sa.select(MediaSource).where(MediaSource.company_id == company_id)):
        sources[row.meter_id] = (*sources.get(row.meter_id, ()), row.source_id)
    splits = session.scalars(
        sa.select(Split)
        .where(Split.company_id == company_id, Split.state == SplitState.AGREED)
        .order_by(Split.id)
        .options(selectinload(Split.shares))
    ).all()
    decisions = session.scalars(sa.select(OverlapDecision).where(OverlapDecision.company_id == company_id))
    return Surroundings(
        parents={id_: parent for id_, parent, _ in meters},
        names={id_: name for id_, _, name in meters},
        sources=sources,
        splits=tuple(splits),
        decisions={row.key: row for row in decisions},
        derived=frozenset(row.code for row in catalogue(session).indicators if row.derived),
    )


def standing_savings(session: Session, company_id: int) -> list[Saving]:
    """A company's metered savings with a standing claim, with their projects and meters."""
    return list(
        session.scalars(
            sa.select(Saving)
            .join(Project, Saving.project_id == Project.id)
            .where(
                Project.company_id == company_id,
                Saving.method != rules.IMPORTED,
                Saving.meter_id.is_not(None),
                Saving.claims.any(Claim.voided_at.is_(None)),
            )
            .order_by(Saving.id)
            .options(
                joinedload(Saving.project).joinedload(Project.circle),
                joinedload(Saving.meter),
                selectinload(Saving.claims),
            )
        )
    )


def warnings_of(session: Session, company_id: int, label: Label) -> tuple[Warning, ...]:
    """Every warning about the standing claims of a company."""
    return find_warnings(standing_savings(session, company_id), surroundings(session, company_id), label)


def warnings_about(session: Session, saving: Saving, label: Label) -> tuple[Warning, ...]:
    """Every warning that concerns one saving, drafted or claimed, beside the standing claims."""
    if rules.is_imported(saving) or saving.meter_id is None or saving.state is SavingState.WITHDRAWN:
        return ()
    company_id = saving.project.company_id
    others = [row for row in standing_savings(session, company_id) if row.id != saving.id]
    found = find_warnings([*others, saving], surroundings(session, company_id), label)
    return tuple(row for row in found if saving in row.savings)


def require_counted_once(session: Session, saving: Saving) -> None:
    """CountedTwice where the saving, beside those that are verified already, would count something twice.

    To be called while the company's turn is held, so that of two last signatures one finds the other.
    """
    if rules.is_imported(saving) or saving.meter_id is None or saving.state is SavingState.VERIFIED:
        return
    company_id = saving.project.company_id
    verified = [
        row
        for row in standing_savings(session, company_id)
        if row.state is SavingState.VERIFIED and row.id != saving.id
    ]
    found = find_warnings([*verified, saving], surroundings(session, company_id), neutral_label)
    for row in found:
        if row.blocks and saving in row.savings:
            raise CountedTwice(row)


def violations(session: Session) -> list[tuple[int, str, tuple[int, ...]]]:
    """(company, kind, savings) wherever verified savings count twice against a rule that blocks."""
    companies = session.scalars(
        sa.select(Project.company_id)
        .join(Saving, Saving.project_id == Project.id)
        .where(Saving.state == SavingState.VERIFIED, Saving.meter_id.is_not(None))
        .distinct()
        .order_by(Project.company_id)
    ).all()
    found = []
    for company_id in companies:
        rows = [row for row in standing_savings(session, company_id) if row.state is SavingState.VERIFIED]
        for row in find_warnings(rows, surroundings(session, company_id), neutral_label):
            if row.blocks:
                found.append((company_id, row.kind, tuple(one.id for one in row.savings)))
    return found


def neutral_label(saving: Saving) -> str:
    """The project's number, which says nothing to who does not know it."""
    return saving.project.number or f"#{saving.project_id}"


def find_warnings(savings: Sequence[Saving], around: Surroundings, label: Label) -> tuple[Warning, ...]:
    """Every warning about these savings, each with the decision about it."""
    rows = [row for row in savings if row.meter_id is not None and _period(row) is not None]
    found = [
        *_above_whole(rows, around, label),
        *_above_agreed(rows, around, label),
        *_at_two_levels(rows, around, label),
        *_again(rows, around, label),
        *_too_long(rows, around, label),
        *_same_boundary(rows, around, label),
    ]
    return tuple(Warning(row.kind, row.reason, row.savings, around.decisions.get(row.key)) for row in found)


def _above_whole(rows: Sequence[Saving], around: Surroundings, label: Label) -> Iterable[Warning]:
    """Shares along a line of meters that exceed the whole on a day."""
    by_id = {row.id: row for row in rows}
    holdings = [Holding(row.id, row.meter_id or 0, _needed(row), row.share) for row in rows]
    for excess in excesses(holdings, around.parents):
        group = tuple(by_id[key] for key in excess.keys)
        same = len({row.meter_id for row in group}) == 1
        text = (
            msg(
                "On %(day)s %(claims)s claim %(percent)s %% together of what meter %(meter)s saves; agree on"
                " shares of at most 100 %%."
            )
            if same
            else msg(
                "On %(day)s %(claims)s claim %(percent)s %% together of meter %(meter)s and the meters above"
                " it: what is saved below is seen above again. Agree on shares of at most 100 %%."
            )
        )
        values = {
            "day": excess.day,
            "claims": _labels(group, around, label),
            "percent": plain(excess.share * 100, 2),
            "meter": around.names.get(excess.meter, ""),
        }
        yield Warning("shares", Reason(text, values, "share"), group)


def _above_agreed(rows: Sequence[Saving], around: Surroundings, label: Label) -> Iterable[Warning]:
    """Claims of more than the share that the circles agreed on."""
    text = msg(
        "%(claim)s claims %(percent)s %%, but the circles agreed on %(agreed)s %% of meter %(meter)s for the"
        " time from %(starts_on)s to %(ends_on)s."
    )
    for split in around.splits:
        agreed = {row.project_id: row.share for row in split.shares}
        span = Period(split.starts_on, split.ends_on)
        for row in rows:
            if row.meter_id != split.meter_id or not _needed(row).overlaps(span):
                continue
            share = agreed.get(row.project_id, Decimal(0))
            if row.share > share:
                values = {
                    "claim": label(row),
                    "percent": plain(row.share * 100, 2),
                    "agreed": plain(share * 100, 2),
                    "meter": around.names.get(split.meter_id, ""),
                    "starts_on": split.starts_on,
                    "ends_on": split.ends_on,
                }
                yield Warning("split", Reason(text, values, "share"), (row,))


def _at_two_levels(rows: Sequence[Saving], around: Surroundings, label: Label) -> Iterable[Warning]:
    """A medium beside the energy it is made from, and a derived total beside its parts."""
    by_key = {str(row.id): row for row in rows}
    claims = [
        Claimed(
            key=str(row.id),
            label=label(row),
            company="",
            indicator=around.names.get(row.meter_id or 0, ""),
            meter=str(row.meter_id),
            boundary=None,
            period=_needed(row),
            share=row.share,
            quantity=Decimal(0),
        )
        for row in rows
    ]
    media = {
        around.names[meter]: [
            name
            for id_, name in around.names.items()
            if any(are_in_line(id_, source, around.parents) for source in sources)
        ]
        for meter, sources in around.sources.items()
        if meter in around.names
    }
    for warning in media_counted(claims, media):
        yield Warning("media", warning.reason, tuple(by_key[one.key] for one in warning.claims))
    for root in {line_of(row.meter_id or 0, around.parents)[-1] for row in rows}:
        below = [
            Claimed(**{**one.__dict__, "indicator": by_key[one.key].indicator_code})
            for one in claims
            if line_of(int(one.meter or 0), around.parents)[-1] == root
        ]
        for warning in totals_beside_parts(below, around.derived):
            pair = tuple(by_key[one.key] for one in warning.claims)
            if are_in_line(pair[0].meter_id or 0, pair[1].meter_id or 0, around.parents):
                yield Warning("derived", warning.reason, pair)


def _again(rows: Sequence[Saving], around: Surroundings, label: Label) -> Iterable[Warning]:
    """A later claim whose baseline lies before an earlier claim's effect, which it therefore holds again."""
    text = msg(
        "%(later)s measures from a baseline before %(day)s, when %(earlier)s began to save at meter"
        " %(meter)s: the earlier effect counts again. Take a baseline after it."
    )
    for one, two in combinations(rows, 2):
        earlier, later = sorted((one, two), key=lambda row: (_needed(row).starts_on, row.id))
        if one.project_id == two.project_id or not _repeats(earlier, later):
            continue
        if are_in_line(one.meter_id or 0, two.meter_id or 0, around.parents):
            values = {
                "later": label(later),
                "earlier": label(earlier),
                "day": earlier.reporting_from,
                "meter": around.names.get(earlier.meter_id or 0, ""),
            }
            yield Warning("years", Reason(text, values, "baseline_to"), (earlier, later))


def _too_long(rows: Sequence[Saving], around: Surroundings, label: Label) -> Iterable[Warning]:
    """Effects of one project at one line of meters that are credited for more than twelve months."""
    text = msg(
        "%(claims)s counts %(days)s days of effect at meter %(meter)s; at most 12 months of one effect count."
    )
    kept: list[set[int]] = []
    for first in sorted(rows, key=lambda row: (_needed(row).starts_on, row.id)):
        same = [row for row in rows if row is first or _is_same_effect(first, row, around)]
        days = days_covered(_needed(row) for row in same)
        numbers = {row.id for row in same}
        if days > LONGEST_CREDIT_DAYS and not any(numbers <= earlier for earlier in kept):
            kept.append(numbers)
            meter = around.names.get(first.meter_id or 0, "")
            values = {"claims": label(first), "days": days, "meter": meter}
            yield Warning("credit", Reason(text, values, "reporting_to"), tuple(same))


def _is_same_effect(first: Saving, row: Saving, around: Surroundings) -> bool:
    """Whether a claim of the same project, at the meter or one in its line, counts this effect further."""
    if row.project_id != first.project_id or _needed(row).starts_on < _needed(first).starts_on:
        return False
    if not are_in_line(first.meter_id or 0, row.meter_id or 0, around.parents):
        return False
    return _repeats(first, row) or _overlap(first, row)


def _same_boundary(rows: Sequence[Saving], around: Surroundings, label: Label) -> Iterable[Warning]:
    """Claims of one indicator at different meters of one named boundary: possibly the same saving."""
    text = msg(
        "%(claims)s claim the same kind of saving inside the boundary %(boundary)s at different meters;"
        " show that they do not count the same."
    )
    for one, two in combinations(rows, 2):
        bounds = [(row.meter.boundary if row.meter else "").strip() for row in (one, two)]
        apart = are_in_line(one.meter_id or 0, two.meter_id or 0, around.parents)
        if not bounds[0] or bounds[0] != bounds[1] or apart or one.project_id == two.project_id:
            continue
        if one.indicator_code == two.indicator_code and _overlap(one, two):
            pair = (one, two)
            values = {"claims": _labels(pair, around, label), "boundary": bounds[0]}
            yield Warning("boundary", Reason(text, values, "meter"), pair)


def _repeats(earlier: Saving, later: Saving) -> bool:
    """Whether the later claim's difference still holds the earlier one's effect."""
    return (
        not _overlap(earlier, later)
        and later.baseline_to is not None
        and earlier.reporting_from is not None
        and later.baseline_to < earlier.reporting_from
    )


def _overlap(one: Saving, two: Saving) -> bool:
    return _needed(one).overlaps(_needed(two))


def _period(saving: Saving) -> Period | None:
    first, last = saving.reporting_from, saving.reporting_to
    if first is None or last is None or last < first:
        return None
    return Period(first, last)


def _needed(saving: Saving) -> Period:
    period = _period(saving)
    assert period is not None
    return period


def _labels(rows: Sequence[Saving], around: Surroundings, label: Label) -> str:
    """The claims with their meters, periods and shares, as evidence in a sentence."""
    return "; ".join(
        f"{label(row)} ({around.names.get(row.meter_id or 0, '')}, {_days(row.reporting_from)} – "
        f"{_days(row.reporting_to)}, {plain(row.share * 100, 2)} %)"
        for row in rows
    )


def _days(day: date | None) -> str:
    return day.isoformat() if day else ""
