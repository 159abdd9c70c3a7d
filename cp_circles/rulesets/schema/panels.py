"""The kinds of computed panel on a step page: which records and fields each reads; none asks anything."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from cp_circles.rulesets.schema.base import Key, Names, Number, Provenance, Strict


class RecordFields(Strict):
    """A record kind and the fields of it that a panel reads; every other value is a field's key."""

    record: Key

    def references(self) -> Iterator[tuple[str, str | None]]:
        """The (record kind, field) pairs that are named here."""
        yield self.record, None
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name != "record" and value is not None:
                for key in value if isinstance(value, tuple) else (value,):
                    yield self.record, key


class SheetFields(RecordFields):
    """The balance sheets: name, kind, unit, medium, and the limit in percent where a sheet has its own."""

    name: Key
    kind: Key
    unit: Key
    medium: Key | None = None
    limit: Key | None = None


class FlowFields(RecordFields):
    """The flows of a balance between unit operations; an empty source or target is the outside."""

    balance: Key
    name: Key
    source: Key
    target: Key
    amount: Key
    unit: Key
    loss: Key
    content: Key | None = None
    price: Key | None = None


class StockFields(RecordFields):
    """What stayed in a unit operation while it was measured."""

    balance: Key
    operation: Key
    amount: Key


class CostFields(RecordFields):
    """Costs in yuan beside the materials: energy, system, waste handling, product of the centre before."""

    balance: Key
    energy: Key
    system: Key
    waste: Key
    carried: Key | None = None


class LossFields(RecordFields):
    """Losses by group; with `marked` only rows that say yes there; `price` in yuan a unit."""

    group: Key
    name: Key
    amount: Key
    unit: Key
    marked: Key | None = None
    price: Key | None = None


class CandidateFields(RecordFields):
    """Candidates for the focus; `compulsory` are yes/no fields that oblige to consider one."""

    name: Key
    method: Key
    chosen: Key
    reason: Key
    compulsory: tuple[Key, ...] = ()


class TargetFields(RecordFields):
    """Targets by horizon: the present value and what is to be reached."""

    item: Key
    unit: Key
    present: Key
    near: Key
    near_on: Key
    far: Key
    far_on: Key


class OptionFields(RecordFields):
    """Options with aspect, investment and yearly benefit."""

    name: Key
    aspect: Key
    investment: Key
    benefit: Key


class EmptyAspectFields(RecordFields):
    """Aspects for which no option was found."""

    aspect: Key
    reason: Key


class ScreeningFields(RecordFields):
    """The screening of options: yes/no factors and the bin that the circle wrote down."""

    option: Key
    bin: Key
    factors: tuple[Key, ...] = Field(min_length=1)
    must_hold: tuple[Key, ...] = ()


class StateFields(RecordFields):
    """How far an option is carried out."""

    option: Key
    state: Key


class ChecklistFields(RecordFields):
    """A study with its yes/no points and its verdict."""

    option: Key
    passed: Key
    points: tuple[Key, ...] = Field(min_length=1)


class EconomicFields(RecordFields):
    """What the economic study of an option starts from; percents as 25 for 25 %."""

    option: Key
    gross: Key
    subsidy: Key
    income: Key
    cost_saved: Key
    depreciation_years: Key
    tax: Key
    years: Key
    rate: Key
    scale: Key
    passed: Key
    loan: Key | None = None
    payback_limit: Key | None = None
    bases: tuple[Key, ...] = ()


class GoalFields(RecordFields):
    """Countermeasures with a goal in figures and its direction."""

    name: Key
    goal: Key
    unit: Key
    direction: Key


class ResultFields(RecordFields):
    """Results of countermeasures in figures; the last row of one counts."""

    name: Key
    value: Key


class PlannedFields(RecordFields):
    """Planned against actual values."""

    name: Key
    item: Key
    planned: Key
    actual: Key
    unit: Key


class CauseFields(RecordFields):
    """Causes with the crux they explain and, where they are deeper, the cause above them."""

    root: Key
    name: Key
    parent: Key
    branch: Key | None = None


class ChoiceFields(RecordFields):
    """Options of a scheme and whether each is chosen."""

    name: Key
    chosen: Key


class PlanFields(RecordFields):
    """Plan rows, each for the option that it names."""

    name: Key


class ConfirmationFields(RecordFields):
    """What was decided about an end cause."""

    name: Key
    decision: Key


class Factor(Strict):
    """A factor of a ranking: the field with the score 1 to 10, and its weight with the usual range."""

    field: Key
    names: Names
    weight: Number = Field(gt=0)
    least: Number = Field(gt=0)
    most: Number = Field(gt=0)


class Bins(Strict):
    """The choices of the bin field by what they stand for."""

    implement: Key
    study: Key
    rejected: Key


class Payback(Strict):
    """The payback in years below which an option of this scale is sound."""

    choice: Key
    years: Number = Field(gt=0)


class PanelBase(Provenance):
    """Any panel: its title, and where its rule comes from (the pack's own unless it says otherwise)."""

    names: Names

    def references(self) -> Iterator[tuple[str, str | None]]:
        """The (record kind, field) pairs that the panel reads."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, RecordFields):
                    yield from part.references()


class BalancePanel(PanelBase):
    """Each balance sheet closed by unit operation and as a whole; `limit` in percent where it names none."""

    kind: Literal["balance"]
    sheets: SheetFields
    flows: FlowFields
    stocks: StockFields | None = None
    limit: Number = Field(gt=0, le=100)


class FlowCostPanel(PanelBase):
    """What the losses of each balance cost."""

    kind: Literal["mfca"]
    sheets: SheetFields
    flows: FlowFields
    costs: CostFields


class LossesPanel(PanelBase):
    """Losses by size with their share, largest first, in money too where there are prices."""

    kind: Literal["pareto_of_losses"]
    rows: LossFields


class FocusPanel(PanelBase):
    """Candidates ranked by weighted sum, or listed where they were compared simply."""

    kind: Literal["focus_ranking"]
    candidates: CandidateFields
    weighted_choice: Key
    factors: tuple[Factor, ...] = Field(min_length=1)
    weights: Key | None = None

    def references(self) -> Iterator[tuple[str, str | None]]:
        """The candidates' fields, each factor's score, and its weight where the circle may set it."""
        yield from super().references()
        for factor in self.factors:
            yield self.candidates.record, factor.field
            if self.weights is not None:
                yield self.weights, factor.field


class TargetPanel(PanelBase):
    """Present value, target and reduction of each indicator and of each further row."""

    kind: Literal["target_table"]
    rows: TargetFields | None = None


class CostClassPanel(PanelBase):
    """Options by the company's cost classes; an investment of 1 is `yuan` yuan."""

    kind: Literal["cost_classes"]
    options: OptionFields
    yuan: Number = Field(gt=0)


class AspectPanel(PanelBase):
    """Options by aspect, and the aspects that have none."""

    kind: Literal["aspect_coverage"]
    options: OptionFields
    empty: EmptyAspectFields


class ScreeningPanel(PanelBase):
    """The bin that factors and cost class give beside the one written down; what must start at once."""

    kind: Literal["screening"]
    screenings: ScreeningFields
    options: OptionFields
    bins: Bins
    yuan: Number = Field(gt=0)
    states: tuple[StateFields, ...] = ()


class ChecklistPanel(PanelBase):
    """The points of each study side by side, and verdicts that do not follow from them."""

    kind: Literal["checklist"]
    studies: ChecklistFields


class FeasibilityPanel(PanelBase):
    """I, P, D, F, N, NPV, NPVR and IRR of all options with their decision rows and arithmetic."""

    kind: Literal["feasibility"]
    studies: EconomicFields
    paybacks: tuple[Payback, ...] = Field(min_length=1)


class CountermeasurePanel(PanelBase):
    """The result of each countermeasure against its own goal."""

    kind: Literal["countermeasure_results"]
    goals: GoalFields
    results: ResultFields
    lower_choice: Key


class PlannedPanel(PanelBase):
    """What was expected and what was measured, with the difference."""

    kind: Literal["planned_actual"]
    rows: PlannedFields


class CausePanel(PanelBase):
    """The tree of causes of each crux; causes without a deeper one are the end causes."""

    kind: Literal["cause_tree"]
    causes: CauseFields
    confirmations: ConfirmationFields | None = None


Panel = Annotated[
    BalancePanel
    | FlowCostPanel
    | LossesPanel
    | FocusPanel
    | TargetPanel
    | CostClassPanel
    | AspectPanel
    | ScreeningPanel
    | ChecklistPanel
    | FeasibilityPanel
    | CountermeasurePanel
    | PlannedPanel
    | CausePanel,
    Field(discriminator="kind"),
]
