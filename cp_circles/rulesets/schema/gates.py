"""The kinds of gate, as a name and parameters: what must hold before a step is complete."""

from typing import Annotated, Literal

from pydantic import Field

from cp_circles.rulesets.schema.base import Key, Number, Provenance
from cp_circles.rulesets.schema.panels import (
    ChoiceFields,
    FlowFields,
    GoalFields,
    PlanFields,
    ResultFields,
    SheetFields,
    StockFields,
)


class GateBase(Provenance):
    """Any gate; `step` comes from the step that carries it, `source` and `confidence` from the pack."""

    step: str = ""


class RecordsPresent(GateBase):
    """Each named record kind has at least one row in this step."""

    kind: Literal["records_present"]
    records: tuple[Key, ...] = Field(min_length=1)


class MinRows(GateBase):
    """A record kind has at least `rows` rows in this step."""

    kind: Literal["min_rows"]
    record: Key
    rows: int = Field(ge=1)


class EvidencePresent(GateBase):
    """At least `files` pieces of evidence are attached to this step."""

    kind: Literal["evidence_present"]
    files: int = Field(ge=1)


class FieldFilled(GateBase):
    """A field is filled in every row (`rows: all`) or in at least one row of a record kind of this step."""

    kind: Literal["field_filled"]
    record: Key
    field: Key
    rows: Literal["all", "any"] = "all"


class TargetIsNumericDatedOnBaseline(GateBase):
    """One indicator or more, each with a baseline, a better target in the same unit, and a due date."""

    kind: Literal["target_is_numeric_dated_on_baseline"]


class EveryEndCauseConfirmed(GateBase):
    """Each end cause has a confirmation row with its finding and its decision.

    With `parent_field` the causes are a tree and its leaves are the end causes; else each row is one.
    """

    kind: Literal["every_end_cause_confirmed"]
    causes: Key
    cause_field: Key
    parent_field: Key | None = None
    confirmations: Key
    confirmation_field: Key
    decision_field: Key
    required_fields: tuple[Key, ...] = ()


class MainCauseExists(GateBase):
    """At least one confirmation says that the cause is a main cause."""

    kind: Literal["main_cause_exists"]
    confirmations: Key
    decision_field: Key


class CountermeasurePerMainCause(GateBase):
    """Each main cause has at least one countermeasure with all the named fields filled."""

    kind: Literal["countermeasure_per_main_cause"]
    confirmations: Key
    confirmation_field: Key
    decision_field: Key
    countermeasures: Key
    cause_field: Key
    required_fields: tuple[Key, ...] = Field(min_length=1)


class EveryCountermeasureHasResult(GateBase):
    """Each countermeasure has an implementation row with its result."""

    kind: Literal["every_countermeasure_has_result"]
    countermeasures: Key
    countermeasure_field: Key
    results: Key
    result_link_field: Key
    result_field: Key


class ClosureErrorAtMost(GateBase):
    """|inputs - outputs| / inputs of each balance is at most `limit` (a share, 0.05 = 5 %)."""

    kind: Literal["closure_error_at_most"]
    record: Key
    balance_field: Key
    side_field: Key
    amount_field: Key
    input_choice: Key
    limit: Number = Field(gt=0, lt=1)


class BalancesClose(GateBase):
    """Each balance sheet closes, by unit operation and as a whole, within its limit or `limit` percent."""

    kind: Literal["balances_close"]
    sheets: SheetFields
    flows: FlowFields
    stocks: StockFields | None = None
    limit: Number = Field(gt=0, le=100)


class CountermeasureGoalsReached(GateBase):
    """The last result of each countermeasure reaches its own goal; a miss asks for another measure."""

    kind: Literal["countermeasure_goals_reached"]
    goals: GoalFields
    results: ResultFields
    lower_choice: Key


class ChosenOptionPlanned(GateBase):
    """Each chosen option of a scheme stands in a plan row with all the named fields filled."""

    kind: Literal["chosen_option_planned"]
    choices: ChoiceFields
    plans: PlanFields
    required_fields: tuple[Key, ...] = Field(min_length=1)


class MeasuredCyclesOrHours(GateBase):
    """Each measured run covers the least number of cycles (batch) or hours (continuous)."""

    kind: Literal["measured_cycles_or_hours"]
    record: Key
    operation_field: Key
    amount_field: Key
    batch_choice: Key
    cycles: int = Field(ge=1)
    hours: int = Field(ge=1)


class OptionsCoverAspects(GateBase):
    """Each aspect has an option, or a row that marks it as looked at and empty."""

    kind: Literal["options_cover_aspects"]
    options: Key
    aspect_field: Key
    aspects: tuple[Key, ...] = Field(min_length=1)
    empty_record: Key
    empty_field: Key


class EveryOptionScreened(GateBase):
    """Each option stands in one bin of the screening."""

    kind: Literal["every_option_screened"]
    options: Key
    option_field: Key
    screenings: Key
    screening_field: Key
    bin_field: Key


class FeasibilityOrder(GateBase):
    """Each option has its studies in order; none is begun before its predecessor is passed."""

    kind: Literal["feasibility_order"]
    options: Key
    option_field: Key
    bin_field: Key
    bins: tuple[Key, ...] = Field(min_length=1)
    studies: tuple[Key, ...] = Field(min_length=1)
    study_option_field: Key
    passed_field: Key


class TargetReached(GateBase):
    """Each indicator's actual reaches its target in its direction; a miss names the step to go back to."""

    kind: Literal["target_reached"]


class ConsolidationPeriods(GateBase):
    """Follow-up data of at least `periods` different statistical periods."""

    kind: Literal["consolidation_periods"]
    record: Key
    period_field: Key
    periods: int = Field(ge=1)


class DocumentNumberGiven(GateBase):
    """Each effective measure has the number of the standard, rule or archive file that now holds it."""

    kind: Literal["document_number_given"]
    record: Key
    number_field: Key


class ActivityLogged(GateBase):
    """At least `activities` activities are logged on this step."""

    kind: Literal["activity_logged"]
    activities: int = Field(default=1, ge=1)


class TeamHasLeader(GateBase):
    """The circle has exactly one leader, at least `members` members, and each named duty has a person."""

    kind: Literal["team_has_leader"]
    members: int = Field(default=1, ge=1)
    record: Key | None = None
    duty_field: Key | None = None
    duties: tuple[Key, ...] = ()
    person_fields: tuple[Key, ...] = ()


class FocusChosen(GateBase):
    """Exactly one candidate is chosen as the focus, with the way it was chosen."""

    kind: Literal["focus_chosen"]
    record: Key
    chosen_field: Key
    method_field: Key


class CircleAndProjectRegistered(GateBase):
    """Circle and project both carry their registration."""

    kind: Literal["circle_and_project_registered"]


class SavingVerified(GateBase):
    """At least `savings` savings of the project are verified."""

    kind: Literal["saving_verified"]
    savings: int = Field(default=1, ge=1)


Gate = Annotated[
    RecordsPresent
    | MinRows
    | EvidencePresent
    | FieldFilled
    | TargetIsNumericDatedOnBaseline
    | EveryEndCauseConfirmed
    | MainCauseExists
    | CountermeasurePerMainCause
    | EveryCountermeasureHasResult
    | ClosureErrorAtMost
    | BalancesClose
    | CountermeasureGoalsReached
    | ChosenOptionPlanned
    | MeasuredCyclesOrHours
    | OptionsCoverAspects
    | EveryOptionScreened
    | FeasibilityOrder
    | TargetReached
    | ConsolidationPeriods
    | DocumentNumberGiven
    | ActivityLogged
    | TeamHasLeader
    | FocusChosen
    | CircleAndProjectRegistered
    | SavingVerified,
    Field(discriminator="kind"),
]
