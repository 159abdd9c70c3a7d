"""Balances by unit operation, what their losses cost, and losses by size, from the flows of the records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from cp_circles.calc import balances as calc
from cp_circles.calc.exact import round_half_up, to_fraction, total
from cp_circles.calc.mfca import CostLine, Material, flow_cost, flow_cost_reasons
from cp_circles.calc.reasons import Reason
from cp_circles.errors import msg
from cp_circles.projects.gates.facts import ProjectFacts, Row, is_yes, number_of, same, text_of
from cp_circles.projects.panels.flows import flow_of
from cp_circles.projects.panels.shapes import Bars, Block, Cell, Grid, Head, Line, Told, Word, bad, word
from cp_circles.rulesets.schema import Method, Names
from cp_circles.rulesets.schema.panels import (
    BalancePanel,
    FlowCostPanel,
    FlowFields,
    LossesPanel,
    SheetFields,
    StockFields,
)

HUNDRED = Decimal(100)
COST_KINDS = {
    "material": msg("Material"),
    "carried": msg("Product of the step before"),
    "energy": msg("Energy"),
    "system": msg("Labour and plant"),
    "waste": msg("Handling of waste"),
}


@dataclass(frozen=True)
class Sheet:
    """One balance sheet with its flows as typed, and what keeps it from being computed."""

    name: str
    kind: str
    medium: str
    unit: str
    limit: Decimal
    rows: tuple[Row, ...]
    streams: tuple[calc.Stream, ...]
    stored: Mapping[str, Decimal]
    reasons: tuple[Reason, ...]

    def balance(self) -> calc.Balance:
        """The balance; ValueError where `reasons` is not empty."""
        return calc.balance(self.streams, self.unit, limit=self.limit, stored=dict(self.stored))


def read_sheets(
    sheets: SheetFields, flows: FlowFields, stocks: StockFields | None, limit: Decimal, facts: ProjectFacts
) -> list[Sheet]:
    """The balance sheets of the records, each with the flows that name it."""
    return [_sheet(row, sheets, flows, stocks, limit, facts) for row in facts.rows(sheets.record)]


def _sheet(
    row: Row,
    sheets: SheetFields,
    flows: FlowFields,
    stocks: StockFields | None,
    limit: Decimal,
    facts: ProjectFacts,
) -> Sheet:
    name, unit = text_of(row, sheets.name), text_of(row, sheets.unit)
    rows = tuple(one for one in facts.rows(flows.record) if same(text_of(one, flows.balance)) == same(name))
    streams = tuple(_stream(one, flows) for one in rows)
    own = number_of(row, sheets.limit) if sheets.limit else None
    stored: dict[str, Decimal] = {}
    for one in facts.rows(stocks.record) if stocks else ():
        if stocks and same(text_of(one, stocks.balance)) == same(name):
            place = text_of(one, stocks.operation)
            stored[place] = stored.get(place, Decimal(0)) + (number_of(one, stocks.amount) or Decimal(0))
    return Sheet(
        name=name,
        kind=text_of(row, sheets.kind),
        medium=text_of(row, sheets.medium) if sheets.medium else "",
        unit=unit,
        limit=own if own is not None and own > 0 else limit,
        rows=rows,
        streams=streams,
        stored=stored,
        reasons=calc.stream_reasons(streams, unit),
    )


def _stream(row: Row, fields: FlowFields) -> calc.Stream:
    content = number_of(row, fields.content) if fields.content else None
    return calc.Stream(
        name=text_of(row, fields.name),
        source=text_of(row, fields.source) or None,
        target=text_of(row, fields.target) or None,
        quantity=number_of(row, fields.amount) or Decimal(0),
        unit=text_of(row, fields.unit),
        content=Decimal(1) if content is None else content,
        loss=is_yes(row, fields.loss),
    )


def open_sheets(
    sheets: SheetFields, flows: FlowFields, stocks: StockFields | None, limit: Decimal, facts: ProjectFacts
) -> list[tuple[str, Reason]]:
    """Each balance that cannot be used, with why: what the gate refuses."""
    found = []
    for sheet in read_sheets(sheets, flows, stocks, limit, facts):
        reasons = sheet.reasons or sheet.balance().reasons
        found += [(sheet.name, reason) for reason in reasons]
    return found


def balance(panel: BalancePanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """One block for each balance sheet: does it close, where not, the closures, the flows."""
    kinds = choice_names(method, panel.sheets.record, panel.sheets.kind)
    sheets = read_sheets(panel.sheets, panel.flows, panel.stocks, panel.limit, facts)
    if not sheets:
        text = msg("No balance yet: name one with its kind and unit, then enter the flows in and out.")
        return (Block(told=(Told(word(text)),)),)
    return tuple(_balance_block(sheet, kinds) for sheet in sheets) + _strays(panel, facts, sheets)


def _strays(panel: BalancePanel, facts: ProjectFacts, sheets: Sequence[Sheet]) -> tuple[Block, ...]:
    known = {same(sheet.name) for sheet in sheets}
    rows = facts.rows(panel.flows.record)
    strays = [row for row in rows if same(text_of(row, panel.flows.balance)) not in known]
    text = msg("The flow %(name)s names the balance “%(sheet)s”, which is not listed; correct the name.")
    told = tuple(
        Told(word(text, name=text_of(row, panel.flows.name), sheet=text_of(row, panel.flows.balance)), "bad")
        for row in strays
    )
    return (Block(told=told),) if told else ()


def _balance_block(sheet: Sheet, kinds: Mapping[str, Names]) -> Block:
    title = word(
        msg("%(name)s (%(kind)s, in %(unit)s)"),
        name=sheet.name,
        kind=kinds.get(sheet.kind, sheet.kind),
        unit=sheet.unit,
    )
    if sheet.reasons:
        return Block(title, told=bad(sheet.reasons))
    found = sheet.balance()
    told = bad(found.reasons)
    if found.usable:
        text = msg("The balance closes to %(error)s %%; at most %(limit)s %% is allowed. It may be used.")
        told = (Told(word(text, error=found.whole.error_percent, limit=sheet.limit), "good"),)
    stayed = any(one.stored for one in (*found.units, found.whole))
    heads = (
        Head(word(msg("Unit operation"))),
        Head(word(msg("In")), True),
        Head(word(msg("Out")), True),
        *((Head(word(msg("Stayed")), True),) if stayed else ()),
        Head(word(msg("Difference")), True),
        Head(word(msg("Closure error in %%")), True),
        Head(word(msg("Closes"))),
    )
    whole = replace(found.whole, place="")
    rows = tuple(_closure_row(one, stayed) for one in (*found.units, whole))
    lines = tuple(Line(one.place or word(msg("The whole")), one.step) for one in (*found.units, found.whole))
    grid = Grid(word(msg("Closure by unit operation")), heads, rows)
    return Block(title, told, (grid,), lines, flow_of(found))


def _closure_row(one: calc.Closure, stayed: bool) -> tuple[Cell, ...]:
    place: Word = one.place or word(msg("The whole"))
    stock = (one.stored,) if stayed else ()
    return (place, one.inputs, one.outputs, *stock, one.difference, one.error_percent, one.closes)


def mfca(panel: FlowCostPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """One block for each balance that has priced inputs: what product and loss cost."""
    sheets = read_sheets(panel.sheets, panel.flows, None, HUNDRED, facts)
    blocks = [_cost_block(panel, sheet, facts) for sheet in sheets if _priced(panel, sheet)]
    if blocks:
        return tuple(blocks)
    text = msg("Give the inputs of a balance their prices: what leaves as loss is then shown in money.")
    return (Block(told=(Told(word(text)),)),)


def _priced(panel: FlowCostPanel, sheet: Sheet) -> bool:
    price = panel.flows.price
    return price is not None and any(number_of(row, price) is not None for row in sheet.rows)


def _cost_block(panel: FlowCostPanel, sheet: Sheet, facts: ProjectFacts) -> Block:
    if sheet.reasons:
        return Block(sheet.name, told=bad(sheet.reasons))
    costs = _costs(panel, sheet, facts)
    materials = _materials(panel.flows, sheet)
    reasons = flow_cost_reasons(materials, **costs)
    if reasons:
        return Block(sheet.name, told=bad(reasons))
    found = flow_cost(materials, **costs)
    text = msg(
        "Of %(total)s yuan, %(loss)s yuan (%(percent)s %%) leave as loss; by mass %(mass)s %% are lost."
    )
    values = {
        "total": found.total,
        "loss": found.loss,
        "percent": found.loss_percent,
        "mass": found.mass_loss_percent,
    }
    heads = (
        Head(word(msg("Cost"))),
        Head(word(msg("Total (yuan)")), True),
        Head(word(msg("In the product (yuan)")), True),
        Head(word(msg("In the loss (yuan)")), True),
    )
    rows = tuple(_cost_row(line) for line in found.lines)
    last: tuple[Cell, ...] = (word(msg("Sum")), found.total, found.product, found.loss)
    grid = Grid(word(msg("Cost of product and loss")), heads, (*rows, last))
    how = msg(
        "Each material is split by its own loss, energy and labour by mass; the handling of waste goes "
        "wholly to the loss."
    )
    return Block(sheet.name, (Told(Reason(text, values), "warn"), Told(word(how))), (grid,))


def _cost_row(line: CostLine) -> tuple[Cell, ...]:
    name: Word = line.name or word(COST_KINDS[line.kind])
    return name, line.total, line.product, line.loss


def _costs(panel: FlowCostPanel, sheet: Sheet, facts: ProjectFacts) -> dict[str, Decimal]:
    fields = panel.costs
    rows = [
        row for row in facts.rows(fields.record) if same(text_of(row, fields.balance)) == same(sheet.name)
    ]
    keys = {
        "energy": fields.energy,
        "system": fields.system,
        "waste": fields.waste,
        "carried": fields.carried,
    }
    return {
        name: sum((number_of(row, key) or Decimal(0) for row in rows), Decimal(0))
        for name, key in keys.items()
        if key is not None
    }


def _materials(fields: FlowFields, sheet: Sheet) -> list[Material]:
    """Inputs from outside with their loss: outputs marked as loss of the same name, others by mass."""
    amounts = [_in_unit(stream, sheet.unit) for stream in sheet.streams]
    rows = list(zip(sheet.streams, amounts, sheet.rows, strict=True))
    inputs = [one for one in rows if one[0].source is None]
    lost = [one for one in rows if one[0].target is None and one[0].loss]
    names = {same(stream.name) for stream, _, _ in inputs}
    shared = total(amount for stream, amount, _ in lost if same(stream.name) not in names)
    mass = total(amount for _, amount, _ in inputs)
    found = []
    for stream, amount, row in inputs:
        own = total(gone for one, gone, _ in lost if same(one.name) == same(stream.name))
        part = shared * to_fraction(amount) / mass if mass else Fraction(0)
        price = number_of(row, cast(str, fields.price)) or Decimal(0)
        found.append(Material(stream.name, amount, round_half_up(own + part, 6), price))
    return found


def _in_unit(stream: calc.Stream, unit: str) -> Decimal:
    whole = calc.balance((stream,), unit, limit=HUNDRED).whole
    return whole.inputs if stream.source is None else whole.outputs


def pareto_of_losses(panel: LossesPanel, facts: ProjectFacts, method: Method) -> tuple[Block, ...]:
    """Losses by size, one block for each group and unit, with share and running share."""
    fields = panel.rows
    groups: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in facts.rows(fields.record):
        if fields.marked is None or is_yes(row, fields.marked):
            amount, unit = number_of(row, fields.amount), text_of(row, fields.unit)
            if amount is not None and amount > 0:
                group = groups.setdefault((text_of(row, fields.group), unit), {})
                name = text_of(row, fields.name)
                group[name] = group.get(name, Decimal(0)) + amount
    if not groups:
        text = msg("No amount to rank yet: enter amounts with their unit, and mark what is a loss.")
        return (Block(told=(Told(word(text)),)),)
    return tuple(_ranked_losses(name, unit, rows) for (name, unit), rows in groups.items())


def _ranked_losses(name: str, unit: str, rows: Mapping[str, Decimal]) -> Block:
    order = sorted(rows.items(), key=lambda one: -one[1])
    whole = total(rows.values())
    running, cells = Fraction(0), []
    for label, amount in order:
        running += to_fraction(amount)
        share = round_half_up(to_fraction(amount) / whole * 100, 1)
        cells.append((label, amount, share, round_half_up(running / whole * 100, 1)))
    heads = (
        Head(word(msg("What"))),
        Head(word(msg("Amount (%(unit)s)"), unit=unit), True),
        Head(word(msg("Share in %%")), True),
        Head(word(msg("Running share in %%")), True),
    )
    first, share = cells[0][0], cells[0][2]
    text = msg("%(name)s is the largest with %(share)s %%.")
    return Block(
        name,
        (Told(word(text, name=first, share=share)),),
        (Grid(name, heads, tuple(cells)),),
        figure=Bars(tuple(order), unit),
    )


def choice_names(method: Method, record: str, field: str) -> dict[str, Names]:
    """The names of a choice field's answers by key."""
    kind = method.record(record)
    found: Any = kind.field(field) if kind else None
    return {choice.key: choice.names for choice in found.choices} if found else {}


def field_names(method: Method, record: str, keys: Sequence[str]) -> dict[str, Names]:
    """The names of fields by key."""
    kind = method.record(record)
    found = {key: kind.field(key) for key in keys} if kind else {}
    return {key: field.names for key, field in found.items() if field is not None}
