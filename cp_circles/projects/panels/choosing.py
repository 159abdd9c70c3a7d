"""What is chosen from: the audit focus, options by cost class and aspect, and their first screening."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from cp_circles.calc.focus import aspects_without, by_aspect, ranking_reasons, steadiness, weighted_ranking
from cp_circles.calc.options import Screened, cost_class, screen, threshold_reasons
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.projects.gates.facts import ProjectFacts, Row, is_yes, number_of, same, text_of
from cp_circles.projects.panels.balances import choice_names, field_names
from cp_circles.projects.panels.shapes import Block, Cell, Grid, Head, Told, Word, bad, renamed, word
from cp_circles.rulesets.schema import Method, Names
from cp_circles.rulesets.schema.panels import (
    AspectPanel,
    CostClassPanel,
    FocusPanel,
    OptionFields,
    ScreeningPanel,
)

CLASSES = {
    "none": msg("no cost"),
    "low": msg("low cost"),
    "mid": msg("medium cost"),
    "high": msg("high cost"),
}


def focus_ranking(panel: FocusPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """The candidates by weighted sum where that way was chosen, else side by side; duties are marked."""
    fields = panel.candidates
    rows = facts.rows(fields.record)
    if not rows:
        return (Block(told=(Told(word(msg("No candidate yet: enter two or more."))),)),)
    told = _compulsory(panel, rows, method)
    if not any(text_of(row, fields.method) == panel.weighted_choice for row in rows):
        text = msg("The candidates were compared simply; the reasons decide. A weighted ranking is offered.")
        return (Block(told=(Told(word(text)), *told), grids=(_simple(panel, rows, method),)),)
    weights = _weights(panel, facts)
    scores = {
        text_of(row, fields.name): {
            factor.field: score
            for factor in panel.factors
            if (score := number_of(row, factor.field)) is not None
        }
        for row in rows
    }
    names = {factor.field: factor.names for factor in panel.factors}
    reasons = ranking_reasons(scores, weights)
    if reasons:
        return (Block(told=(*bad(reasons, names), *told)),)
    return (_ranked(panel, rows, scores, weights, told),)


def _weights(panel: FocusPanel, facts: ProjectFacts) -> dict[str, Decimal]:
    own = facts.rows(panel.weights) if panel.weights else []
    row: Row = own[-1] if own else {}
    return {factor.field: number_of(row, factor.field) or factor.weight for factor in panel.factors}


def _ranked(
    panel: FocusPanel,
    rows: Sequence[Row],
    scores: Mapping[str, Mapping[str, Decimal]],
    weights: Mapping[str, Decimal],
    told: Sequence[Told],
) -> Block:
    found = weighted_ranking(scores, weights)
    heads = (
        Head(word(msg("Candidate"))),
        *(
            Head(word(msg("%(factor)s (weight %(weight)s)"), factor=f.names, weight=weights[f.field]), True)
            for f in panel.factors
        ),
        Head(word(msg("Total")), True),
        Head(word(msg("Place")), True),
    )
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name, *(one.products[f.field] for f in panel.factors), one.total, one.place) for one in found
    )
    firsts = [one.name for one in found if one.place == 1]
    chosen = [text_of(row, panel.candidates.name) for row in rows if is_yes(row, panel.candidates.chosen)]
    says = [Told(word(msg("%(name)s has the highest total."), name="、".join(firsts)), "good")]
    if chosen and chosen[0] not in firsts:
        text = msg("%(chosen)s was chosen although %(first)s ranks first; the reason must say why.")
        says = [Told(word(text, chosen=chosen[0], first="、".join(firsts)), "warn")]
    for factor in panel.factors:
        if not factor.least <= weights[factor.field] <= factor.most:
            text = msg("The weight of %(factor)s is %(weight)s; %(least)s to %(most)s is usual.")
            values = {"factor": factor.names, "weight": weights[factor.field]}
            says.append(Told(word(text, **values, least=factor.least, most=factor.most), "warn"))
    names = {factor.field: factor.names for factor in panel.factors}
    for moved in steadiness(scores, weights):
        text = msg("One step more or less in the weight of %(factor)s would put another candidate first.")
        says.append(Told(renamed(word(text, factor=moved), names), "warn"))
    grid = Grid(word(msg("Score times weight")), heads, cells)
    return Block(told=(*says, *told), grids=(grid,))


def _simple(panel: FocusPanel, rows: Sequence[Row], method: Method) -> Grid:
    fields = panel.candidates
    heads = (Head(word(msg("Candidate"))), Head(word(msg("Chosen"))), Head(word(msg("Reason"))))
    cells = tuple(
        (text_of(row, fields.name), is_yes(row, fields.chosen), text_of(row, fields.reason)) for row in rows
    )
    return Grid(word(msg("Simple comparison")), heads, cells)


def _compulsory(panel: FocusPanel, rows: Sequence[Row], method: Method) -> list[Told]:
    fields = panel.candidates
    names = field_names(method, fields.record, fields.compulsory)
    told = []
    for row in rows:
        for key in fields.compulsory:
            if is_yes(row, key):
                chosen = is_yes(row, fields.chosen)
                text = (
                    msg("%(name)s must be considered (%(duty)s), and is chosen.")
                    if chosen
                    else msg("%(name)s must be considered (%(duty)s); the reason says why it is not chosen.")
                )
                values = {"name": text_of(row, fields.name), "duty": names.get(key, key)}
                told.append(Told(word(text, **values), "good" if chosen else "warn"))
    return told


def cost_classes(panel: CostClassPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """Options by cost class of the company, with the thresholds printed; what has no amount is named."""
    reasons = threshold_reasons(facts.low_max, facts.mid_max)
    if reasons:
        return (Block(told=bad(reasons)),)
    fields = panel.options
    rows = _distinct(facts, fields)
    sums = {key: (0, Decimal(0)) for key in CLASSES}
    listed: list[tuple[Cell, ...]] = []
    told = [_thresholds(facts)]
    for row in rows:
        name, yuan = text_of(row, fields.name), invested(row, fields, panel.yuan)
        if yuan is None or yuan < 0:
            text = msg("“%(name)s” has no investment of zero or more, and so no cost class; enter it.")
            told.append(Told(word(text, name=name), "bad"))
            continue
        key = cost_class(yuan, facts.low_max, facts.mid_max)
        sums[key] = sums[key][0] + 1, sums[key][1] + yuan
        listed.append((name, word(CLASSES[key]), yuan))
    heads = (
        Head(word(msg("Option"))),
        Head(word(msg("Cost class"))),
        Head(word(msg("Investment (yuan)")), True),
    )
    sum_heads = (
        Head(word(msg("Cost class"))),
        Head(word(msg("Options")), True),
        Head(word(msg("Investment (yuan)")), True),
    )
    by_class = tuple((word(CLASSES[key]), count, whole) for key, (count, whole) in sums.items())
    grids = (
        Grid(word(msg("Options by cost class")), sum_heads, by_class),
        Grid(word(msg("Cost class of each option")), heads, tuple(listed)),
    )
    return (Block(told=tuple(told), grids=grids if listed else ()),)


def _thresholds(facts: ProjectFacts) -> Told:
    text = msg(
        "The company counts up to %(low)s yuan as low cost and up to %(mid)s yuan as medium cost; the class "
        "follows from the investment."
    )
    return Told(word(text, low=facts.low_max, mid=facts.mid_max))


def _distinct(facts: ProjectFacts, fields: OptionFields) -> list[Row]:
    """Each option once; of several rows with one name the last counts."""
    named = {same(text_of(row, fields.name)): row for row in facts.rows(fields.record)}
    return [row for name, row in named.items() if name]


def invested(row: Row, fields: OptionFields, yuan: Decimal) -> Decimal | None:
    """The investment of an option in yuan, or None."""
    amount = number_of(row, fields.investment)
    return None if amount is None else amount * yuan


def aspect_coverage(panel: AspectPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """How many options each aspect has, and which aspect is neither covered nor marked as having none."""
    fields, names = panel.options, choice_names(method, panel.options.record, panel.options.aspect)
    rows = [row for row in _distinct(facts, fields) if text_of(row, fields.aspect) in names]
    none = {
        text_of(row, panel.empty.aspect): text_of(row, panel.empty.reason)
        for row in facts.rows(panel.empty.record)
    }
    amounts = [(text_of(row, fields.aspect), number_of(row, fields.benefit) or Decimal(0)) for row in rows]
    found = by_aspect(amounts, list(names))
    left = aspects_without([aspect for aspect, _ in amounts], list(names), none)
    if left:
        text = msg("%(aspect)s: no option, and not marked as having none.")
        told = tuple(Told(word(text, aspect=names[aspect]), "bad") for aspect in left)
    else:
        told = (Told(word(msg("Every aspect has an option or is marked as having none.")), "good"),)
    heads = (
        Head(word(msg("Aspect"))),
        Head(word(msg("Options")), True),
        Head(word(msg("Expected benefit, sum")), True),
        Head(word(msg("Why none"))),
    )
    cells = tuple(
        (names[aspect], count, amount if count else None, none.get(aspect, "") if not count else "")
        for aspect, count, amount in found
    )
    return (Block(told=told, grids=(Grid(word(msg("Options by aspect")), heads, cells),)),)


def screening(panel: ScreeningPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """The bin by factors and cost beside the one written down; no/low-cost options that have not begun."""
    rows = facts.rows(panel.screenings.record)
    if not rows:
        return (Block(told=(Told(word(msg("No option is screened yet."))),)),)
    options = {same(text_of(row, panel.options.name)): row for row in facts.rows(panel.options.record)}
    names = field_names(method, panel.screenings.record, panel.screenings.factors)
    bins = choice_names(method, panel.screenings.record, panel.screenings.bin)
    told: list[Told] = []
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        option = text_of(row, panel.screenings.option)
        found = _screened(panel, facts, row, options.get(same(option)))
        written = text_of(row, panel.screenings.bin)
        if found is None:
            text = msg("“%(name)s”: no investment is entered for this option, so that no bin follows.")
            told.append(Told(word(text, name=option), "bad"))
            continue
        bin_ = getattr(panel.bins, found.bin)
        if bin_ != written:
            text = msg("“%(name)s”: its factors and cost give “%(computed)s”, written is “%(written)s”.")
            values = {"computed": bins.get(bin_, bin_), "written": bins.get(written, written)}
            told.append(Told(word(text, name=option, **values), "bad"))
        why = _named_factors(found.why, names)
        cells.append((option, word(CLASSES[found.cost_class]), bins.get(bin_, bin_), why))
    told += _not_begun(panel, facts, rows)
    heads = (
        Head(word(msg("Option"))),
        Head(word(msg("Cost class"))),
        Head(word(msg("Bin by factors and cost"))),
        Head(word(msg("Why"))),
    )
    if not any(one.standing == "bad" for one in told):
        told.insert(0, Told(word(msg("Every written bin follows from factors and cost.")), "good"))
    return (Block(told=tuple(told), grids=(Grid(word(msg("Screening")), heads, tuple(cells)),)),)


def _screened(panel: ScreeningPanel, facts: ProjectFacts, row: Row, option: Row | None) -> Screened | None:
    yuan = invested(option, panel.options, panel.yuan) if option is not None else None
    if yuan is None or yuan < 0 or threshold_reasons(facts.low_max, facts.mid_max):
        return None
    fields = panel.screenings
    votes = {key: (1, 0) if is_yes(row, key) else (0, 1) for key in fields.factors}
    return screen(votes, yuan, facts.low_max, facts.mid_max, fields.must_hold)


def _named_factors(why: Reason, names: Mapping[str, Names]) -> Word:
    if "factors" not in why.values:
        return why
    keys = str(why.values["factors"]).split(", ")
    return word(msg("Not feasible: %(factor)s was denied."), factor=names.get(keys[0], keys[0]))


def _not_begun(panel: ScreeningPanel, facts: ProjectFacts, rows: Sequence[Row]) -> list[Told]:
    begun = {
        same(text_of(row, states.option))
        for states in panel.states
        for row in facts.rows(states.record)
        if text_of(row, states.state)
    }
    text = msg("“%(name)s” costs little or nothing: carry it out at once and write down its state.")
    return [
        Told(word(text, name=text_of(row, panel.screenings.option)), "warn")
        for row in rows
        if text_of(row, panel.screenings.bin) == panel.bins.implement
        and same(text_of(row, panel.screenings.option)) not in begun
    ]
