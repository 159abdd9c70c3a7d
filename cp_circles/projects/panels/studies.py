"""The studies of mid- and high-cost options: checklists, and the economic evaluation of all side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cp_circles.calc.feasibility import (
    Evaluation,
    Proposal,
    evaluate,
    preferred,
    proposal_reasons,
)
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.projects.gates.facts import ProjectFacts, Row, is_decided, is_yes, number_of, text_of
from cp_circles.projects.panels.balances import choice_names, field_names
from cp_circles.projects.panels.shapes import Block, Cell, Grid, Head, Line, Told, Word, word
from cp_circles.rulesets.schema import Method
from cp_circles.rulesets.schema.panels import ChecklistPanel, EconomicFields, FeasibilityPanel

MANY = 1
CRITERIA = {
    "N": msg("By the shortest payback: %(name)s."),
    "NPV": msg("By the largest net present value: %(name)s."),
    "NPVR": msg("By the largest net present value ratio: %(name)s."),
    "IRR": msg("By the largest internal rate of return: %(name)s."),
}
TIED = {
    "N": msg("By the payback none is ahead."),
    "NPV": msg("By the net present value none is ahead."),
    "NPVR": msg("By the net present value ratio none is ahead."),
    "IRR": msg("By the internal rate of return none is ahead."),
}


def checklist(panel: ChecklistPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """The points of each option; a verdict of passed in spite of a point denied is said."""
    fields = panel.studies
    rows = facts.rows(fields.record)
    if not rows:
        return (Block(told=(Told(word(msg("No option is studied yet."))),)),)
    names = field_names(method, fields.record, fields.points)
    told: list[Told] = []
    for row in rows:
        option, passed = text_of(row, fields.option), is_yes(row, fields.passed)
        for key in fields.points:
            if passed and is_decided(row, key) and not is_yes(row, key):
                text = msg("“%(name)s” passed although “%(point)s” is denied; correct one of them.")
                told.append(Told(word(text, name=option, point=names.get(key, key)), "bad"))
    if not told:
        told = [Told(word(msg("No verdict contradicts its points.")), "good")]
    heads = (
        Head(word(msg("Option"))),
        *(Head(names[key]) for key in fields.points if key in names),
        Head(word(msg("Passed"))),
    )
    cells = tuple(
        (
            text_of(row, fields.option),
            *(is_yes(row, key) if is_decided(row, key) else None for key in fields.points if key in names),
            is_yes(row, fields.passed),
        )
        for row in rows
    )
    return (Block(told=tuple(told), grids=(Grid(word(msg("Points by option")), heads, cells),)),)


@dataclass(frozen=True)
class Study:
    """One economic study as read: the proposal, or why it cannot be computed."""

    name: str
    row: Row
    reasons: tuple[Reason, ...]
    evaluation: Evaluation | None


def feasibility(panel: FeasibilityPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """All options side by side, each criterion's choice, the decision rows, then every step opened."""
    fields = panel.studies
    studies = [_study(panel, row) for row in facts.rows(fields.record)]
    if not studies:
        return (Block(told=(Told(word(msg("No option is studied yet."))),)),)
    told = [
        Told(word(msg("%(name)s cannot be computed: %(why)s"), name=study.name, why=reason), "bad")
        for study in studies
        for reason in study.reasons
    ]
    done = {study.name: study.evaluation for study in studies if study.evaluation is not None}
    told += _choices(done) + _contradicted(panel, studies)
    blocks = [Block(told=tuple(told), grids=(_side_by_side(done),) if done else ())]
    blocks += [_opened(panel, study, method) for study in studies if study.evaluation is not None]
    return tuple(blocks)


def _study(panel: FeasibilityPanel, row: Row) -> Study:
    fields = panel.studies
    name = text_of(row, fields.option)
    limits = {one.choice: one.years for one in panel.paybacks}
    own = number_of(row, fields.payback_limit) if fields.payback_limit else None
    limit = own if own is not None else limits.get(text_of(row, fields.scale))
    missing = _unfilled(fields, row)
    if missing or limit is None:
        text = msg("the amounts, years, rates and the scale must all be entered.")
        return Study(name, row, (word(text),), None)
    proposal = Proposal(
        gross=_number(row, fields.gross),
        subsidy=_number(row, fields.subsidy),
        income=_number(row, fields.income),
        cost_saved=_number(row, fields.cost_saved),
        depreciation_years=int(_number(row, fields.depreciation_years)),
        tax_percent=_number(row, fields.tax),
        years=int(_number(row, fields.years)),
        rate_percent=_number(row, fields.rate),
        payback_limit=limit,
        loan_percent=number_of(row, fields.loan) if fields.loan else None,
    )
    broken = _broken_years(fields, row)
    reasons = broken or proposal_reasons(proposal)
    return Study(name, row, reasons, None if reasons else evaluate(proposal))


def _unfilled(fields: EconomicFields, row: Row) -> list[str]:
    keys = (
        fields.gross,
        fields.subsidy,
        fields.income,
        fields.cost_saved,
        fields.depreciation_years,
        fields.tax,
        fields.years,
        fields.rate,
    )
    return [key for key in keys if number_of(row, key) is None]


def _broken_years(fields: EconomicFields, row: Row) -> tuple[Reason, ...]:
    for key in (fields.depreciation_years, fields.years):
        value = _number(row, key)
        if value != int(value):
            return (word(msg("%(years)s is no whole number of years; round it."), years=value),)
    return ()


def _number(row: Row, key: str) -> Decimal:
    return number_of(row, key) or Decimal(0)


def _choices(done: Mapping[str, Evaluation]) -> list[Told]:
    if len(done) <= MANY:
        return []
    best = preferred(done)
    told = [
        Told(word(CRITERIA[symbol], name=name) if name else word(TIED[symbol]))
        for symbol, name in best.items()
    ]
    if len({name for name in best.values() if name}) > 1:
        text = msg(
            "The criteria do not agree; weigh them and write down in your reason which one you follow."
        )
        told.append(Told(word(text), "warn"))
    return told


def _contradicted(panel: FeasibilityPanel, studies: list[Study]) -> list[Told]:
    told = []
    for study in studies:
        if study.evaluation is None or not is_yes(study.row, panel.studies.passed):
            continue
        if study.evaluation.passes is not True:
            text = msg("“%(name)s” is written as passed, but not every decision row is met.")
            told.append(Told(word(text, name=study.name), "bad"))
    return told


def _side_by_side(done: Mapping[str, Evaluation]) -> Grid:
    first = next(iter(done.values()))
    heads = (Head(word(msg("Figure"))), *(Head(name, True) for name in done))
    rows: list[tuple[Cell, ...]] = []
    for place, figure in enumerate(first.figures):
        label = word(figure.label)
        if _symbol(figure.symbol):
            label = word(msg("%(symbol)s %(label)s"), symbol=figure.symbol, label=label)
        rows.append((label, *(one.figures[place].value for one in done.values())))
    return Grid(word(msg("All options side by side")), heads, tuple(rows))


def _symbol(symbol: str) -> str:
    return symbol if symbol.isupper() else ""


def _opened(panel: FeasibilityPanel, study: Study, method: Method) -> Block:
    found = study.evaluation
    assert found is not None
    told = [
        Told(row.reason, "good" if row.holds else "warn" if row.holds is None else "bad")
        for row in found.decisions
    ]
    told += [
        Told(figure.reason, "warn")
        for figure in found.figures
        if figure.reason is not None and figure.symbol not in {row.symbol for row in found.decisions}
    ]
    lines = [
        Line(word(figure.label), figure.step, _symbol(figure.symbol))
        for figure in found.figures
        if figure.step
    ]
    bases = _bases(panel, study, method)
    trial: tuple[Grid, ...] = ()
    if found.trial:
        heads = (Head(word(msg("Rate in %%"))), Head(word(msg("Net present value")), True))
        trial = (Grid(word(msg("Trial rates for the internal rate of return")), heads, found.trial),)
    return Block(study.name, tuple(told), (*bases, *trial), tuple(lines))


def _bases(panel: FeasibilityPanel, study: Study, method: Method) -> tuple[Grid, ...]:
    fields = panel.studies
    names = field_names(method, fields.record, fields.bases)
    scales = choice_names(method, fields.record, fields.scale)
    scale = text_of(study.row, fields.scale)
    rows: list[tuple[Word, ...]] = [(word(msg("Scale for the payback")), scales.get(scale, scale))]
    rows += [(names[key], text_of(study.row, key) or "–") for key in fields.bases if key in names]
    heads = (Head(word(msg("Assumption"))), Head(word(msg("Rests on"))))
    return (Grid(word(msg("What the assumptions rest on")), heads, tuple(rows)),)
