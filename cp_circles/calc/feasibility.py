"""Economic evaluation of a mid- or high-cost option by the formulas of the Chinese audit handbook.

I total investment, P yearly saving, D depreciation, F yearly cash flow, N payback, NPV, NPVR and IRR; money
in the unit given (yuan or 10^4 yuan), rates in percent. Money has 4 places, N 3, percents 4 (NPVR 2), each
rounded half up once from exact values. What is not defined is None with its reason, never infinite.
Sources: published course text and exercises on feasibility analysis (confidence A for N, NPV, NPVR, IRR and
the decision rows, B for I, P, D, T).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cp_circles.calc.exact import plain, round_half_up, to_fraction
from cp_circles.calc.rates_of_return import annuity, bracket, interpolated, present_value, root
from cp_circles.calc.reasons import Reason
from cp_circles.calc.savings import Step
from cp_circles.errors import msg

PAYBACK_LIMITS: Mapping[str, int] = {"mid": 3, "higher": 5, "high": 10}
MONEY_PLACES, YEAR_PLACES, RATE_PLACES, RATIO_PLACES = 4, 3, 4, 2
MOST_YEARS = 100


@dataclass(frozen=True)
class Proposal:
    """What an option costs and brings: money in one unit, percents as 25 for 25 %.

    `gross` is construction, pre-operation, interest and working capital; `payback_limit` the years of the
    company's own rule, else that of `cost_class` (mid 3, higher 5, high 10).
    """

    gross: Decimal
    subsidy: Decimal
    income: Decimal
    cost_saved: Decimal
    depreciation_years: int
    tax_percent: Decimal
    years: int
    rate_percent: Decimal
    cost_class: str = "mid"
    payback_limit: Decimal | None = None
    loan_percent: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """One figure: symbol, label, value (None: not defined, with the reason) and its arithmetic."""

    symbol: str
    label: str
    value: Decimal | None
    step: Step | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class Decision:
    """One decision row: the criterion, and whether it is met (None: cannot be said)."""

    symbol: str
    holds: bool | None
    reason: Reason


@dataclass(frozen=True)
class Evaluation:
    """All figures in their order and all decision rows; no row decides for another."""

    figures: tuple[Figure, ...]
    decisions: tuple[Decision, ...]
    irr_exact: Decimal | None
    trial: tuple[tuple[Decimal, Decimal], ...] = ()

    def value(self, symbol: str) -> Decimal | None:
        """The value of a figure, None where it is not defined; KeyError for another symbol."""
        return {figure.symbol: figure for figure in self.figures}[symbol].value

    @property
    def passes(self) -> bool | None:
        """True when every row is met, None when one cannot be said and none fails."""
        holds = [row.holds for row in self.decisions]
        return False if False in holds else None if None in holds else True


def proposal_reasons(proposal: Proposal) -> tuple[Reason, ...]:
    """What in a proposal cannot be computed with, each with its field and the remedy."""
    reasons = list(_term_reasons(proposal.years, proposal.rate_percent))
    if proposal.depreciation_years < 1:
        text = msg("Depreciation over %(years)s years cannot be computed; give one year or more.")
        reasons.append(Reason(text, {"years": proposal.depreciation_years}, "depreciation_years"))
    if not 0 <= proposal.tax_percent <= 100:
        text = msg("A tax rate of %(percent)s %% is not between 0 and 100.")
        reasons.append(Reason(text, {"percent": proposal.tax_percent}, "tax_percent"))
    for name, value in (("gross", proposal.gross), ("subsidy", proposal.subsidy)):
        if value < 0:
            text = msg("%(amount)s is negative; investment and subsidy are zero or more.")
            reasons.append(Reason(text, {"amount": value}, name))
    if proposal.payback_limit is None and proposal.cost_class not in PAYBACK_LIMITS:
        text = msg("The cost class %(name)s has no payback limit; give one.")
        reasons.append(Reason(text, {"name": proposal.cost_class}, "payback_limit"))
    return tuple(reasons)


def evaluate(proposal: Proposal) -> Evaluation:
    """All figures and decision rows of a proposal; ValueError on what `proposal_reasons` names."""
    if proposal_reasons(proposal):
        raise ValueError("this proposal cannot be computed")
    p = proposal
    invested = to_fraction(p.gross) - to_fraction(p.subsidy)
    saved = to_fraction(p.income) + to_fraction(p.cost_saved)
    depreciation = max(invested, Fraction(0)) / p.depreciation_years
    profit = saved - depreciation
    tax = max(profit, Fraction(0)) * to_fraction(p.tax_percent) / 100
    flow = saved - tax
    untaxed = Reason(msg("There is no taxable profit, so that no tax is taken off."), {}, "tax_percent")
    head = (
        _money("I", msg("Total investment"), f"{plain(p.gross)} − {_signed(p.subsidy)}", invested),
        _money("P", msg("Yearly saving"), f"{_signed(p.income)} + {_signed(p.cost_saved)}", saved),
        _money("D", msg("Yearly depreciation"), f"{plain(invested)} ÷ {p.depreciation_years}", depreciation),
        _money("T", msg("Taxable profit"), f"{plain(saved)} − {plain(depreciation)}", profit),
        _money(
            "tax",
            msg("Taxes"),
            f"{plain(profit)} × {plain(p.tax_percent)} %",
            tax,
            untaxed if profit <= 0 else None,
        ),
        _money("net", msg("Net profit"), f"{_signed(profit)} − {plain(tax)}", profit - tax),
        _money("F", msg("Yearly cash flow"), f"{_signed(profit - tax)} + {plain(depreciation)}", flow),
    )
    limit = p.payback_limit if p.payback_limit is not None else Decimal(PAYBACK_LIMITS[p.cost_class])
    return _evaluation(head, invested, flow, p.years, p.rate_percent, limit, p.loan_percent)


def evaluate_flow(
    investment: Decimal,
    flow: Decimal,
    *,
    years: int,
    rate_percent: Decimal,
    payback_limit: Decimal,
    loan_percent: Decimal | None = None,
) -> Evaluation:
    """The evaluation where I and F are given; ValueError for no years or a rate of -100 % or less."""
    if _term_reasons(years, rate_percent):
        raise ValueError("these terms cannot be computed")
    invested, cash = to_fraction(investment), to_fraction(flow)
    head = (
        _money("I", msg("Total investment"), plain(investment), invested),
        _money("F", msg("Yearly cash flow"), plain(flow), cash),
    )
    return _evaluation(head, invested, cash, years, rate_percent, payback_limit, loan_percent)


def preferred(options: Mapping[str, Evaluation]) -> dict[str, str | None]:
    """Which option each criterion prefers: N the shortest, the others the largest; None on a tie.

    The criteria may disagree (ECO-2): show all, choose none silently.
    """
    chosen: dict[str, str | None] = {}
    for symbol, sign in (("N", -1), ("NPV", 1), ("NPVR", 1), ("IRR", 1)):
        values = {
            name: value * sign for name, one in options.items() if (value := one.value(symbol)) is not None
        }
        best = [name for name, value in values.items() if value == max(values.values())]
        chosen[symbol] = best[0] if len(best) == 1 else None
    return chosen


def _evaluation(
    head: tuple[Figure, ...],
    invested: Fraction,
    flow: Fraction,
    years: int,
    rate_percent: Decimal,
    limit: Decimal,
    loan_percent: Decimal | None,
) -> Evaluation:
    rate = to_fraction(rate_percent) / 100
    worth = present_value(invested, flow, years, rate)
    factor = annuity(years, rate)
    figures = [
        _payback(invested, flow),
        Figure(
            "factor",
            msg("Discount factor of the whole term"),
            round_half_up(factor, 5),
            _step(f"(1 − (1 + {plain(rate)})^−{years}) ÷ {plain(rate)}" if rate else str(years), factor, 5),
        ),
        _money(
            "NPV", msg("Net present value"), f"{plain(flow)} × {plain(factor)} − {plain(invested)}", worth
        ),
        _ratio(invested, worth),
    ]
    irr, exact, trial = _internal_rate(invested, flow, years)
    figures.append(irr)
    every = (*head, *figures)
    decisions = _decisions(figures, limit, rate_percent, loan_percent)
    return Evaluation(every, decisions, exact, trial)


def _payback(invested: Fraction, flow: Fraction) -> Figure:
    label = msg("Payback period (years)")
    if invested <= 0:
        why = msg("Nothing is left to invest, so that there is nothing to pay back.")
        return Figure("N", label, None, None, Reason(why, {}, "gross"))
    if flow <= 0:
        why = msg("The yearly cash flow is %(flow)s: the investment is never paid back.")
        return Figure("N", label, None, None, Reason(why, {"flow": plain(flow)}, "income"))
    years = invested / flow
    step = _step(f"{plain(invested)} ÷ {plain(flow)}", years, YEAR_PLACES)
    return Figure("N", label, round_half_up(years, YEAR_PLACES), step)


def _ratio(invested: Fraction, worth: Fraction) -> Figure:
    label = msg("Net present value ratio in percent")
    if invested <= 0:
        why = msg("Without an investment there is no ratio of net present value to investment.")
        return Figure("NPVR", label, None, None, Reason(why, {}, "gross"))
    ratio = worth / invested * 100
    step = _step(f"{plain(worth)} ÷ {plain(invested)} × 100", ratio, RATIO_PLACES)
    return Figure("NPVR", label, round_half_up(ratio, RATIO_PLACES), step)


def _internal_rate(
    invested: Fraction, flow: Fraction, years: int
) -> tuple[Figure, Decimal | None, tuple[tuple[Decimal, Decimal], ...]]:
    label = msg("Internal rate of return in percent")
    if invested <= 0 or flow <= 0:
        why = (
            msg("Without an investment there is no internal rate of return.")
            if invested <= 0
            else msg("The yearly cash flow is %(flow)s: at no rate does the present value become zero.")
        )
        values = {} if invested <= 0 else {"flow": plain(flow)}
        return Figure("IRR", label, None, None, Reason(why, values, "income")), None, ()
    exact = round_half_up(root(invested, flow, years) * 100, RATE_PLACES)
    low = bracket(invested, flow, years)
    if low is None:
        why = msg(
            "The cash flows return almost nothing: the rate is below -99 percent and cannot be interpolated."
        )
        return Figure("IRR", label, exact, None, Reason(why, {}, "income")), exact, ()
    trial = tuple(
        (Decimal(percent), round_half_up(present_value(invested, flow, years, Fraction(percent, 100)), 4))
        for percent in (low, low + 1)
    )
    rate = interpolated(invested, flow, years, low) * 100
    (_, first), (_, second) = trial
    text = f"{low} + {plain(first)} × 1 ÷ ({plain(first)} + {plain(abs(second))})"
    figure = Figure("IRR", label, round_half_up(rate, RATE_PLACES), _step(text, rate, RATE_PLACES))
    return figure, exact, trial


def _decisions(
    figures: list[Figure], limit: Decimal, rate_percent: Decimal, loan_percent: Decimal | None
) -> tuple[Decision, ...]:
    payback, _, worth, ratio, irr = figures
    nothing_invested = payback.value is None and ratio.value is None
    needed = max(rate_percent, loan_percent) if loan_percent is not None else rate_percent
    return (
        Decision(
            "N",
            nothing_invested if payback.value is None else payback.value < limit,
            _about(payback, msg("Payback of %(value)s years; it must be below %(limit)s."), limit),
        ),
        Decision(
            "NPV",
            worth.value is not None and worth.value >= 0,
            _about(worth, msg("Net present value of %(value)s; it must be %(limit)s or more."), Decimal(0)),
        ),
        Decision(
            "IRR",
            None if nothing_invested else irr.value is not None and irr.value >= needed,
            _about(
                irr, msg("Internal rate of return of %(value)s %%; it must be %(limit)s %% or more."), needed
            ),
        ),
    )


def _about(figure: Figure, text: str, limit: Decimal) -> Reason:
    if figure.value is None:
        assert figure.reason is not None
        return figure.reason
    return Reason(text, {"value": figure.value, "limit": limit}, figure.symbol)


def _term_reasons(years: int, rate_percent: Decimal) -> tuple[Reason, ...]:
    reasons = []
    if not 1 <= years <= MOST_YEARS:
        text = msg("A service life of %(years)s years cannot be computed; give 1 to %(most)s.")
        reasons.append(Reason(text, {"years": years, "most": MOST_YEARS}, "years"))
    if rate_percent <= -100:
        text = msg("A discount rate of %(percent)s %% cannot be used: it must be above -100 %%.")
        reasons.append(Reason(text, {"percent": rate_percent}, "rate_percent"))
    return tuple(reasons)


def _money(symbol: str, label: str, text: str, value: Fraction, reason: Reason | None = None) -> Figure:
    return Figure(symbol, label, round_half_up(value, MONEY_PLACES), _step(text, value, MONEY_PLACES), reason)


def _step(text: str, value: Fraction, places: int) -> Step:
    shown = round_half_up(value, places)
    return Step("", text, shown, Fraction(shown) == value)


def _signed(value: Decimal | Fraction) -> str:
    return f"({plain(value)})" if value < 0 else plain(value)
