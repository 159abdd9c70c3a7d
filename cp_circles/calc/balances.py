"""Material, water, pollutant and energy balances by unit operation; the error is computed, never typed.

Closure error = |sum in - sum out - stored| / sum in x 100; up to 5 % is usable (handbook of audits,
confidence B; a tighter limit is stated per balance). Quantities of one balance are in one unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from cp_circles.calc.conversion import unit_ratio
from cp_circles.calc.exact import plain, round_half_up, to_fraction, total
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.errors import msg

Kind = Literal["material", "water", "pollutant", "energy"]
LIMIT_PERCENT = Decimal(5)
PERCENT_PLACES, QUANTITY_PLACES = 2, 6
LEAST_CYCLES, LEAST_HOURS = 3, 72
MOST_STREAMS = 500


@dataclass(frozen=True)
class Stream:
    """One flow between unit operations; source None is an input of the whole, target None an output.

    `content` is the part of it that this balance follows (a pollutant's or water's share by mass, 0 to 1).
    """

    name: str
    source: str | None
    target: str | None
    quantity: Decimal
    unit: str
    content: Decimal = Decimal(1)
    loss: bool = False


@dataclass(frozen=True)
class Closure:
    """How a boundary closes: sums, difference (in less out less stored), error in percent of input.

    `error_percent` and `closes` are None where nothing goes in.
    """

    place: str
    inputs: Decimal
    outputs: Decimal
    stored: Decimal
    difference: Decimal
    error_percent: Decimal | None
    closes: bool | None
    step: Step


@dataclass(frozen=True)
class Link:
    """One band of a Sankey figure: positions of source and target among the nodes, and its width."""

    source: int
    target: int
    quantity: Decimal
    name: str
    loss: bool = False
    unaccounted: bool = False


@dataclass(frozen=True)
class Balance:
    """Closures by unit operation and of the whole, what is wrong, and the nodes and links of a Sankey."""

    unit: str
    limit: Decimal
    whole: Closure
    units: tuple[Closure, ...]
    reasons: tuple[Reason, ...]
    nodes: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def usable(self) -> bool:
        """True when the whole and every unit operation close within the limit and nothing else is wrong."""
        return not self.reasons


def stream_reasons(streams: Sequence[Stream], unit: str) -> tuple[Reason, ...]:
    """What in the streams cannot be balanced: each by its name, with the remedy."""
    if not streams:
        return (Reason(msg("There are no flows yet; enter what goes in and what comes out."), {}, "streams"),)
    if len(streams) > MOST_STREAMS:
        text = msg("There are %(count)s flows; draw a smaller boundary with at most %(most)s.")
        return (Reason(text, {"count": len(streams), "most": MOST_STREAMS}, "streams"),)
    reasons = []
    for stream in streams:
        reasons += _wrong_in(stream, unit)
    return tuple(reasons)


def balance(
    streams: Sequence[Stream],
    unit: str,
    *,
    limit: Decimal = LIMIT_PERCENT,
    stored: dict[str, Decimal] | None = None,
) -> Balance:
    """The balance of the streams in `unit`; `stored` is what stayed in a unit operation (stock change).

    ValueError on what `stream_reasons` names.
    """
    if stream_reasons(streams, unit):
        raise ValueError("these flows cannot be balanced")
    kept = stored or {}
    amounts = [_amount(stream, unit) for stream in streams]
    operations = _operations(streams)
    units = tuple(
        closure(
            [a for a, s in zip(amounts, streams, strict=True) if s.target == name],
            [a for a, s in zip(amounts, streams, strict=True) if s.source == name],
            stored=kept.get(name, Decimal(0)),
            limit=limit,
            place=name,
        )
        for name in operations
    )
    whole = closure(
        [a for a, s in zip(amounts, streams, strict=True) if s.source is None],
        [a for a, s in zip(amounts, streams, strict=True) if s.target is None],
        stored=sum(kept.values(), Decimal(0)),
        limit=limit,
    )
    reasons = tuple(reason for one in (whole, *units) if (reason := _open(one, limit)))
    nodes, links = _sankey(streams, amounts, operations, units)
    return Balance(unit, limit, whole, units, reasons, nodes, links)


def closure(
    inputs: Sequence[Decimal],
    outputs: Sequence[Decimal],
    *,
    stored: Decimal = Decimal(0),
    limit: Decimal = LIMIT_PERCENT,
    place: str = "",
) -> Closure:
    """Sums and closure error of one boundary (`place` is empty for the whole)."""
    into, out, kept = total(inputs), total(outputs), to_fraction(stored)
    gap = into - out - kept
    error = abs(gap) / into * 100 if into > 0 else None
    taken = f"{plain(into)} − {plain(out)}" + (f" − {plain(kept)}" if kept else "")
    shown = None if error is None else round_half_up(error, PERCENT_PLACES)
    step = Step(
        msg("Closure error in percent of the input"),
        f"|{taken}| ÷ {plain(into)} × 100",
        shown if shown is not None else Decimal(0),
        exact=shown is not None and shown == error,
    )
    return Closure(
        place=place,
        inputs=round_half_up(into, QUANTITY_PLACES),
        outputs=round_half_up(out, QUANTITY_PLACES),
        stored=stored,
        difference=round_half_up(gap, QUANTITY_PLACES),
        error_percent=shown,
        closes=None if error is None else error <= to_fraction(limit),
        step=step,
    )


def typed_reasons(
    found: Closure, *, error_percent: Decimal | None = None, difference: Decimal | None = None
) -> tuple[Reason, ...]:
    """A reason where a copied sheet prints another error or loss than its own flows give (BAL-1)."""
    reasons = []
    if error_percent is not None and found.error_percent is not None:
        places = -int(error_percent.normalize().as_tuple().exponent)
        if round_half_up(found.error_percent, max(0, min(places, PERCENT_PLACES))) != error_percent:
            text = msg(
                "The sheet prints an error of %(typed)s %%; its flows give %(computed)s %%. Check the flows."
            )
            values = {"typed": error_percent, "computed": found.error_percent}
            reasons.append(Reason(text, values, "error_percent"))
    if difference is not None and abs(found.difference) != abs(difference):
        text = msg(
            "The sheet prints a loss of %(typed)s; its flows give %(computed)s. With that loss the output "
            "would be %(output)s."
        )
        values = {"typed": difference, "computed": found.difference, "output": found.inputs - abs(difference)}
        reasons.append(Reason(text, values, "difference"))
    return tuple(reasons)


def measuring_reasons(*, cycles: int | None = None, hours: Decimal | None = None) -> tuple[Reason, ...]:
    """Why the measurement is too short: batch production 3 cycles, continuous 72 hours (confidence B)."""
    if cycles is None and hours is None:
        text = msg(
            "Say how long was measured: the cycles of a batch process, or the hours of a continuous one."
        )
        return (Reason(text, {}, "measured"),)
    if cycles is not None and cycles < LEAST_CYCLES:
        text = msg("%(count)s cycles were measured; a batch process needs %(least)s.")
        return (Reason(text, {"count": cycles, "least": LEAST_CYCLES}, "measured"),)
    if cycles is None and hours is not None and hours < LEAST_HOURS:
        text = msg("%(count)s hours were measured; a continuous process needs %(least)s.")
        return (Reason(text, {"count": hours, "least": LEAST_HOURS}, "measured"),)
    return ()


def _wrong_in(stream: Stream, unit: str) -> list[Reason]:
    reasons, values = [], {"name": stream.name}
    if stream.source is None and stream.target is None:
        text = msg("The flow %(name)s joins no unit operation; say where it comes from or goes to.")
        reasons.append(Reason(text, values, "streams"))
    elif stream.source == stream.target:
        text = msg("The flow %(name)s returns to where it comes from; leave it out or split the operation.")
        reasons.append(Reason(text, values, "streams"))
    if stream.quantity < 0:
        text = msg("The flow %(name)s is negative (%(quantity)s); turn its direction instead.")
        reasons.append(Reason(text, values | {"quantity": stream.quantity}, "streams"))
    if not 0 <= stream.content <= 1:
        text = msg("The content of the flow %(name)s is %(content)s; a share lies between 0 and 1.")
        reasons.append(Reason(text, values | {"content": stream.content}, "streams"))
    if unit_ratio(stream.unit, unit) is None:
        text = msg("The flow %(name)s is in %(unit)s, the balance in %(other)s; convert it first.")
        reasons.append(Reason(text, values | {"unit": stream.unit, "other": unit}, "streams"))
    return reasons


def _open(found: Closure, limit: Decimal) -> Reason | None:
    """Why a closure cannot be used: nothing goes in, or it stays open."""
    values = {
        "place": found.place,
        "error": found.error_percent,
        "limit": limit,
        "gap": abs(found.difference),
    }
    if found.closes:
        return None
    if found.closes is None:
        return Reason(
            msg("Nothing goes into %(place)s, so that its balance cannot be closed; enter its inputs.")
            if found.place
            else msg("Nothing goes in, so that the balance cannot be closed; enter the inputs."),
            values,
            "streams",
        )
    if found.difference > 0:
        whole = msg(
            "%(gap)s went in and does not come out (%(error)s %%, allowed %(limit)s %%): look for a loss "
            "that is not measured or a wrong reading, and measure again."
        )
        part = msg(
            "%(place)s: %(gap)s went in and does not come out (%(error)s %%, allowed %(limit)s %%): look for "
            "a loss that is not measured or a wrong reading, and measure again."
        )
    else:
        whole = msg(
            "%(gap)s more came out than went in (%(error)s %%, allowed %(limit)s %%): look for an input that "
            "is missing or a wrong reading, and measure again."
        )
        part = msg(
            "%(place)s: %(gap)s more came out than went in (%(error)s %%, allowed %(limit)s %%): look for "
            "an input that is missing or a wrong reading, and measure again."
        )
    return Reason(part if found.place else whole, values, "streams")


def _amount(stream: Stream, unit: str) -> Decimal:
    ratio = unit_ratio(stream.unit, unit)
    assert ratio is not None
    exact = to_fraction(stream.quantity) * ratio * to_fraction(stream.content)
    return round_half_up(exact, QUANTITY_PLACES + 6)


def _operations(streams: Sequence[Stream]) -> tuple[str, ...]:
    named = (name for stream in streams for name in (stream.source, stream.target) if name is not None)
    return tuple(dict.fromkeys(named))


def _sankey(
    streams: Sequence[Stream],
    amounts: Sequence[Decimal],
    operations: Sequence[str],
    units: Sequence[Closure],
) -> tuple[tuple[str, ...], tuple[Link, ...]]:
    """Unit operations first, then a node for each outer flow, and one for what is unaccounted."""
    nodes, links = list(operations), []
    for stream, amount in zip(streams, amounts, strict=True):
        ends = []
        for end in (stream.source, stream.target):
            if end is None:
                nodes.append(stream.name)
                ends.append(len(nodes) - 1)
            else:
                ends.append(operations.index(end))
        links.append(Link(ends[0], ends[1], amount, stream.name, stream.loss))
    open_units = [one for one in units if one.difference]
    if open_units:
        nodes.append(msg("Unaccounted"))
        missing = len(nodes) - 1
        for one in open_units:
            here = operations.index(one.place)
            ends = [here, missing] if one.difference > 0 else [missing, here]
            links.append(Link(ends[0], ends[1], abs(one.difference), nodes[missing], True, True))
    return tuple(nodes), tuple(links)
