"""Methods: the phases and steps a project follows, the typed records of each step, and its gates."""

from collections.abc import Collection
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import Fault, Key, Names, Pack, Strict, refuse_repeated
from cp_circles.rulesets.schema.gates import Gate
from cp_circles.rulesets.schema.panels import Panel, RecordFields

FieldType = Literal["text", "long_text", "number", "date", "choice", "yes_no", "person", "file"]


class Choice(Strict):
    """One answer of a choice field."""

    key: Key
    names: Names


class Reference(Strict):
    """Says that a text field repeats another record's field, so that a form can offer those values.

    With `leaves_by`, only rows that no other row names in that field are offered: the end causes.
    """

    record: Key
    field: Key
    leaves_by: Key | None = None


class RecordField(Strict):
    """One field of a record, from which a form control is made."""

    key: Key
    names: Names
    type: FieldType
    unit: str | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()
    refers_to: Reference | None = None
    hint: Names | None = None

    @model_validator(mode="after")
    def _choices_fit_the_type(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise Fault(msg("A field of type choice lists its choices, and no other type does."))
        refuse_repeated(choice.key for choice in self.choices)
        return self


class RecordKind(Strict):
    """A kind of row that a step asks for; `max_rows: 1` makes it a single sheet."""

    kind: Key
    names: Names
    min_rows: int = Field(default=0, ge=0)
    max_rows: int | None = Field(default=None, ge=1)
    fields: tuple[RecordField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fields_are_distinct(self) -> Self:
        refuse_repeated(field.key for field in self.fields)
        if self.max_rows is not None and self.max_rows < self.min_rows:
            raise Fault(msg("max_rows is below min_rows; raise it or leave it out."))
        return self

    def field(self, key: str) -> RecordField | None:
        """The field with this key, or None."""
        return next((field for field in self.fields if field.key == key), None)


class Step(Strict):
    """One step: what it is for, what it records, what must hold before it is complete."""

    key: Key
    number: str = Field(pattern=r"^[1-9][0-9]*(\.[1-9][0-9]*)?$")
    phase: Key
    pdca: Literal["P", "D", "C", "A"] | None = None
    names: Names
    purpose: Names
    example: Names
    output: Names | None = None
    required: bool = True
    signoff: bool = False
    evidence_min: int = Field(default=0, ge=0)
    tools: tuple[Key, ...] = ()
    records: tuple[RecordKind, ...] = ()
    gates: tuple[Gate, ...] = ()
    panels: tuple[Panel, ...] = ()
    loop_to: Key | None = None

    @model_validator(mode="before")
    @classmethod
    def _gates_know_their_step(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("gates"), list):
            gates = [_with_step(gate, data.get("key")) for gate in data["gates"]]
            return {**data, "gates": gates}
        return data

    def record(self, kind: str) -> RecordKind | None:
        """The record kind asked for by this step, or None."""
        return next((record for record in self.records if record.kind == kind), None)


class Phase(Strict):
    """A named stretch of steps, with an older name where one is in use."""

    key: Key
    number: int = Field(ge=1)
    names: Names
    alias: Names | None = None


class Method(Pack):
    """The whole of a method; its results enter `track`, or the first of `otherwise` that a rule knows."""

    kind: Literal["method"]
    track: Key
    otherwise: tuple[Key, ...] = ()
    phases: tuple[Phase, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _gates_inherit_provenance(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
            return data
        head = {"source": data.get("source"), "confidence": data.get("confidence")}
        return {**data, "steps": [_with_provenance(step, head) for step in data["steps"]]}

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        refuse_repeated((self.track, *self.otherwise))
        refuse_repeated(phase.key for phase in self.phases)
        refuse_repeated(step.key for step in self.steps)
        refuse_repeated(step.number for step in self.steps)
        for step in self.steps:
            self._check_step(step)
        self._check_order()
        return self

    def track_among(self, tracks: Collection[str]) -> str | None:
        """The track of these that the method's results enter, or None."""
        return next((key for key in (self.track, *self.otherwise) if key in tracks), None)

    def step(self, key: str) -> Step | None:
        """The step with this key, or None."""
        return next((step for step in self.steps if step.key == key), None)

    def record(self, kind: str) -> RecordKind | None:
        """The first description of a record kind, in the order of the steps."""
        return next((found for step in self.steps if (found := step.record(kind))), None)

    def after(self, key: str) -> Step | None:
        """The step that follows, or None at the end."""
        keys = [step.key for step in self.steps]
        place = keys.index(key) + 1
        return self.steps[place] if place < len(keys) else None

    def _check_order(self) -> None:
        phases = [phase.key for phase in self.phases]
        places = [phases.index(step.phase) for step in self.steps]
        numbers = [tuple(int(part) for part in step.number.split(".")) for step in self.steps]
        if places != sorted(places) or numbers != sorted(numbers):
            raise Fault(msg("The steps do not stand in the order of their phases and numbers; reorder them."))

    def _check_step(self, step: Step) -> None:
        if step.phase not in {phase.key for phase in self.phases}:
            raise Fault(
                msg("Step %(step)s: no phase has the key %(phase)s; add it or correct the step."),
                step=step.key,
                phase=step.phase,
            )
        if step.loop_to is not None and self.step(step.loop_to) is None:
            raise Fault(
                msg("Step %(step)s: loop_to names no step; use the key of a step of this method."),
                step=step.key,
            )
        refuse_repeated(record.kind for record in step.records)
        for kind, key in _references(step):
            self._require(step.key, kind, key)
        for gate in step.gates:
            if gate.kind == "target_reached" and step.loop_to is None:
                raise Fault(
                    msg("Step %(step)s: target_reached needs loop_to, the step to go back to."), step=step.key
                )

    def _require(self, step: str, record: str, field: str | None) -> None:
        found = self.record(record)
        if found is None:
            raise Fault(
                msg("Step %(step)s: no step has records of kind %(record)s; add it or correct the name."),
                step=step,
                record=record,
            )
        if field is not None and found.field(field) is None:
            raise Fault(
                msg("Step %(step)s: records of kind %(record)s have no field %(field)s; correct the name."),
                step=step,
                record=record,
                field=field,
            )


RECORD_PARAMS = {
    "record": ("field", "amount_field", "balance_field", "side_field", "operation_field", "period_field",
               "number_field", "chosen_field", "method_field", "duty_field"),
    "causes": ("cause_field", "parent_field"),
    "confirmations": ("confirmation_field", "decision_field"),
    "countermeasures": ("cause_field", "countermeasure_field"),
    "results": ("result_link_field", "result_field"),
    "options": ("option_field", "aspect_field", "bin_field"),
    "screenings": ("screening_field", "bin_field"),
    "empty_record": ("empty_field",),
}  # fmt: skip


def _references(step: Step) -> list[tuple[str, str | None]]:
    """Every (record kind, field) pair that a step's fields, panels and gates name."""
    pairs: list[tuple[str, str | None]] = []
    for record in step.records:
        for field in record.fields:
            if field.refers_to:
                pairs.append((field.refers_to.record, field.refers_to.field))
                pairs.append((field.refers_to.record, field.refers_to.leaves_by))
    for panel in step.panels:
        pairs += panel.references()
    for gate in step.gates:
        pairs += gate_references(gate)
    return pairs


def gate_references(gate: Any) -> list[tuple[str, str | None]]:
    """The (record kind, field) pairs that a gate's parameters name; the field is None for the kind alone."""
    pairs: list[tuple[str, str | None]] = []
    for param, fields in RECORD_PARAMS.items():
        record = getattr(gate, param, None)
        if not isinstance(record, str):
            continue
        pairs.append((record, None))
        for name in fields:
            if getattr(gate, name, None) is not None and _belongs(gate, param, name):
                pairs.append((record, getattr(gate, name)))
    pairs += [(record, None) for record in getattr(gate, "records", ())]
    pairs += [(study, gate.study_option_field) for study in getattr(gate, "studies", ())]
    pairs += [(study, gate.passed_field) for study in getattr(gate, "studies", ())]
    pairs += _required_fields(gate)
    for name in type(gate).model_fields:
        value = getattr(gate, name)
        if isinstance(value, RecordFields):
            pairs += value.references()
    return pairs


def _belongs(gate: Any, param: str, name: str) -> bool:
    if name == "cause_field":
        return param == ("causes" if gate.kind == "every_end_cause_confirmed" else "countermeasures")
    if name == "bin_field":
        return param == ("screenings" if gate.kind == "every_option_screened" else "options")
    return True


def _required_fields(gate: Any) -> list[tuple[str, str | None]]:
    owner = {"every_end_cause_confirmed": "confirmations", "countermeasure_per_main_cause": "countermeasures"}
    param = owner.get(gate.kind)
    if gate.kind == "chosen_option_planned":
        return [(gate.plans.record, field) for field in gate.required_fields]
    if gate.kind == "team_has_leader" and gate.record:
        return [(gate.record, field) for field in gate.person_fields]
    return [(getattr(gate, param), field) for field in gate.required_fields] if param else []


def _with_step(gate: Any, step: Any) -> Any:
    return {**gate, "step": step} if isinstance(gate, dict) and isinstance(step, str) else gate


def _with_provenance(step: Any, head: dict[str, Any]) -> Any:
    if not isinstance(step, dict):
        return step
    parts = {name: step[name] for name in ("gates", "panels") if isinstance(step.get(name), list)}
    filled = {
        name: [{**head, **part} if isinstance(part, dict) else part for part in rows]
        for name, rows in parts.items()
    }
    return {**step, **filled}
