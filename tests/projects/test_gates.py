"""Every kind of gate: once holding, once not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from cp_circles.projects.gates import CHECKS, IndicatorFacts, ProjectFacts, check_gate, check_step
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Gate, Method

ADAPTER: TypeAdapter[Any] = TypeAdapter(Gate)
STEP = "s"


def gate(kind: str, **params: Any) -> Any:
    return ADAPTER.validate_python(
        {"kind": kind, "step": STEP, "source": "test", "confidence": "C", **params}
    )


def facts(**records: list[dict[str, Any]]) -> ProjectFacts:
    return ProjectFacts(records={(STEP, kind): rows for kind, rows in records.items()})


def numeric(**changes: Any) -> IndicatorFacts:
    indicator = IndicatorFacts(
        name="solvent",
        unit="kg",
        baseline=Decimal("0.82"),
        target=Decimal("0.60"),
        actual=Decimal("0.58"),
        due_on=date(2026, 9, 30),
    )
    return replace(indicator, **changes)


CAUSES = {"causes": "cause", "cause_field": "name", "confirmations": "conf", "confirmation_field": "cause"}
CONFIRM = gate("every_end_cause_confirmed", **CAUSES, decision_field="main", required_fields=["found"])
MAIN = gate("main_cause_exists", confirmations="conf", decision_field="main")
COUNTER = gate(
    "countermeasure_per_main_cause",
    confirmations="conf",
    confirmation_field="cause",
    decision_field="main",
    countermeasures="cm",
    cause_field="cause",
    required_fields=["what", "who"],
)
RESULT = gate(
    "every_countermeasure_has_result",
    countermeasures="cm",
    countermeasure_field="what",
    results="done",
    result_link_field="what",
    result_field="result",
)
CLOSURE = gate(
    "closure_error_at_most",
    record="line",
    balance_field="balance",
    side_field="side",
    amount_field="amount",
    input_choice="input",
    limit="0.05",
)
MEASURED = gate(
    "measured_cycles_or_hours",
    record="run",
    operation_field="op",
    amount_field="n",
    batch_choice="batch",
    cycles=3,
    hours=72,
)
ASPECTS = gate(
    "options_cover_aspects",
    options="option",
    aspect_field="aspect",
    aspects=["process", "staff"],
    empty_record="none",
    empty_field="aspect",
)
SCREENED = gate(
    "every_option_screened",
    options="option",
    option_field="name",
    screenings="screening",
    screening_field="option",
    bin_field="bin",
)
FEASIBLE = gate(
    "feasibility_order",
    options="screening",
    option_field="option",
    bin_field="bin",
    bins=["mid"],
    studies=["tech", "env"],
    study_option_field="option",
    passed_field="passed",
)
TEAM = gate(
    "team_has_leader",
    members=3,
    record="duty",
    duty_field="duty",
    duties=["finance"],
    person_fields=["person", "contact"],
)
FOCUS = gate("focus_chosen", record="focus", chosen_field="chosen", method_field="method")
MID = {"option": "valve", "bin": "mid"}
BALANCES = gate(
    "balances_close",
    sheets={"record": "sheet", "name": "name", "kind": "kind", "unit": "unit"},
    flows={
        "record": "flow",
        "balance": "sheet",
        "name": "name",
        "source": "source",
        "target": "target",
        "amount": "amount",
        "unit": "unit",
        "loss": "loss",
    },
    limit="5",
)
SOLVENT = {"name": "solvent", "kind": "material", "unit": "kg"}
GOALS = gate(
    "countermeasure_goals_reached",
    goals={"record": "cm", "name": "name", "goal": "goal", "unit": "unit", "direction": "direction"},
    results={"record": "done", "name": "cm", "value": "value"},
    lower_choice="at_most",
)
GOAL = {"name": "order", "goal": "3", "unit": "次", "direction": "at_most"}
PLANNED = gate(
    "chosen_option_planned",
    choices={"record": "option", "name": "name", "chosen": "chosen"},
    plans={"record": "plan", "name": "option"},
    required_fields=["goal"],
)
PLAN = {"option": "a", "goal": "3"}


def flow(name: str, amount: str, source: str, target: str) -> dict[str, str]:
    return {
        "sheet": "solvent",
        "name": name,
        "amount": amount,
        "source": source,
        "target": target,
        "unit": "kg",
    }


def balance(output: str) -> ProjectFacts:
    return facts(
        line=[
            {"balance": "solvent", "side": "input", "amount": "100"},
            {"balance": "solvent", "side": "output", "amount": output},
        ]
    )


# kind -> (gate, facts with which it holds, facts with which it does not, how much is then missing)
CASES: dict[str, tuple[Any, ProjectFacts, ProjectFacts, int]] = {
    "records_present": (gate("records_present", records=["a"]), facts(a=[{}]), facts(b=[{}]), 1),
    "min_rows": (gate("min_rows", record="a", rows=2), facts(a=[{}, {}]), facts(a=[{}]), 1),
    "evidence_present": (
        gate("evidence_present", files=1),
        ProjectFacts(evidence={STEP: 1}),
        ProjectFacts(evidence={"other": 1}),
        1,
    ),
    "field_filled": (
        gate("field_filled", record="a", field="x"),
        facts(a=[{"x": "1"}, {"x": 0}]),
        facts(a=[{"x": "1"}, {"x": " "}]),
        1,
    ),
    "activity_logged": (
        gate("activity_logged"),
        ProjectFacts(activities={STEP: 1}),
        ProjectFacts(activities={"other": 3}),
        1,
    ),
    "target_is_numeric_dated_on_baseline": (
        gate("target_is_numeric_dated_on_baseline"),
        ProjectFacts(indicators=[numeric(actual=None)]),
        ProjectFacts(indicators=[numeric(due_on=None)]),
        1,
    ),
    "every_end_cause_confirmed": (
        CONFIRM,
        facts(cause=[{"name": "No quota"}], conf=[{"cause": "no  QUOTA", "main": "no", "found": "x"}]),
        facts(cause=[{"name": "No quota"}], conf=[{"cause": "No quota", "main": "yes", "found": ""}]),
        1,
    ),
    "main_cause_exists": (MAIN, facts(conf=[{"main": "yes"}]), facts(conf=[{"main": "no"}]), 1),
    "countermeasure_per_main_cause": (
        COUNTER,
        facts(
            conf=[{"cause": "a", "main": "yes"}, {"cause": "b", "main": "no"}],
            cm=[{"cause": "a", "what": "w", "who": 7}],
        ),
        facts(conf=[{"cause": "a", "main": True}], cm=[{"cause": "a", "what": "w", "who": ""}]),
        1,
    ),
    "every_countermeasure_has_result": (
        RESULT,
        facts(cm=[{"what": "a"}], done=[{"what": "a", "result": "2.6"}]),
        facts(cm=[{"what": "a"}, {"what": "b"}], done=[{"what": "a", "result": "2.6"}]),
        1,
    ),
    "closure_error_at_most": (CLOSURE, balance("95"), balance("94.99"), 1),
    "measured_cycles_or_hours": (
        MEASURED,
        facts(run=[{"op": "batch", "n": "3"}, {"op": "continuous", "n": 72}]),
        facts(run=[{"op": "batch", "n": "2"}, {"op": "continuous", "n": "71.9"}]),
        2,
    ),
    "options_cover_aspects": (
        ASPECTS,
        facts(option=[{"aspect": "process"}], none=[{"aspect": "staff"}]),
        facts(option=[{"aspect": "process"}]),
        1,
    ),
    "every_option_screened": (
        SCREENED,
        facts(option=[{"name": "valve"}], screening=[MID]),
        facts(option=[{"name": "valve"}, {"name": "lid"}], screening=[MID]),
        1,
    ),
    "feasibility_order": (
        FEASIBLE,
        facts(
            screening=[MID],
            tech=[{"option": "valve", "passed": "yes"}],
            env=[{"option": "valve", "passed": "no"}],
        ),
        facts(screening=[MID], tech=[{"option": "valve", "passed": "no"}], env=[{"option": "valve"}]),
        1,
    ),
    "target_reached": (
        gate("target_reached"),
        ProjectFacts(indicators=[numeric(actual=Decimal("0.60"))]),
        ProjectFacts(indicators=[numeric(actual=Decimal("0.61"))]),
        1,
    ),
    "consolidation_periods": (
        gate("consolidation_periods", record="f", period_field="p", periods=3),
        facts(f=[{"p": "10"}, {"p": "11"}, {"p": "12"}]),
        facts(f=[{"p": "10"}, {"p": "11"}, {"p": "11"}]),
        1,
    ),
    "document_number_given": (
        gate("document_number_given", record="d", number_field="no"),
        facts(d=[{"no": "Q-7"}]),
        facts(d=[{"no": "Q-7"}, {"no": ""}]),
        1,
    ),
    "team_has_leader": (
        TEAM,
        replace(facts(duty=[{"duty": "finance", "contact": "示例"}]), member_count=3, leader_count=1),
        replace(facts(duty=[{"duty": "finance"}]), member_count=2, leader_count=2),
        3,
    ),
    "focus_chosen": (
        FOCUS,
        facts(focus=[{"chosen": "yes", "method": "simple"}, {"chosen": "no"}]),
        facts(focus=[{"chosen": "yes", "method": "simple"}, {"chosen": "yes", "method": "simple"}]),
        1,
    ),
    "circle_and_project_registered": (
        gate("circle_and_project_registered"),
        ProjectFacts(circle_registered=True, project_registered=True),
        ProjectFacts(circle_registered=True),
        1,
    ),
    "balances_close": (
        BALANCES,
        facts(sheet=[SOLVENT], flow=[flow("in", "100", "", "line"), flow("out", "95", "line", "")]),
        facts(sheet=[SOLVENT], flow=[flow("in", "100", "", "line"), flow("out", "94.99", "line", "")]),
        2,
    ),
    "countermeasure_goals_reached": (
        GOALS,
        facts(cm=[GOAL], done=[{"cm": "order", "value": "4"}, {"cm": "order", "value": "3"}]),
        facts(cm=[GOAL], done=[{"cm": "order", "value": "3"}, {"cm": "order", "value": "3.1"}]),
        1,
    ),
    "chosen_option_planned": (
        PLANNED,
        facts(option=[{"name": "a", "chosen": "yes"}, {"name": "b", "chosen": "no"}], plan=[PLAN]),
        facts(option=[{"name": "a", "chosen": "yes"}, {"name": "b", "chosen": "yes"}], plan=[PLAN]),
        1,
    ),
    "saving_verified": (gate("saving_verified"), ProjectFacts(savings_verified=1), ProjectFacts(), 1),
}


def test_only_the_leaves_of_a_tree_of_causes_need_a_confirmation() -> None:
    tree = gate("every_end_cause_confirmed", **CAUSES, parent_field="above", decision_field="main")
    rows = [{"name": "Many cleanings"}, {"name": "No quota", "above": "many  cleanings"}]
    confirmed = [{"cause": "No quota", "main": "no"}]
    assert check_gate(tree, facts(cause=rows, conf=confirmed)) == ()
    assert [one.values["name"] for one in check_gate(tree, facts(cause=rows))] == ["No quota"]


def test_every_kind_of_gate_has_a_check_and_a_case() -> None:
    union = get_args(get_args(Gate)[0])
    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in union}
    assert kinds == set(CHECKS) == set(CASES)


@pytest.mark.parametrize("kind", CASES)
def test_gate_holds(kind: str) -> None:
    one, holding, _, _ = CASES[kind]
    assert check_gate(one, holding) == ()


@pytest.mark.parametrize("kind", CASES)
def test_gate_names_what_is_missing(kind: str) -> None:
    one, _, lacking, count = CASES[kind]
    missing = check_gate(one, lacking)
    assert [found.gate for found in missing] == [kind] * count
    for found in missing:
        assert found.where.startswith(STEP)
        assert found.msgid % found.values


@pytest.mark.parametrize(
    "kind",
    [
        k
        for k in CASES
        if k
        not in (
            "field_filled",
            "every_option_screened",
            "every_countermeasure_has_result",
            "countermeasure_per_main_cause",
            "countermeasure_goals_reached",
            "chosen_option_planned",
            "feasibility_order",
        )
    ],
)
def test_gate_does_not_hold_on_an_empty_project(kind: str) -> None:
    assert check_gate(CASES[kind][0], ProjectFacts())


@pytest.mark.parametrize(
    "changes",
    [
        {"baseline": None},
        {"target": None},
        {"target": Decimal("0.82")},
        {"target": Decimal("0.90")},
        {"baseline_unit": "t"},
    ],
)
def test_a_weak_target_is_refused(changes: dict[str, Any]) -> None:
    one = gate("target_is_numeric_dated_on_baseline")
    assert len(check_gate(one, ProjectFacts(indicators=[numeric(**changes)]))) == 1


def test_direction_decides_what_is_better() -> None:
    higher = numeric(direction="higher", baseline=Decimal(80), target=Decimal(90), actual=Decimal(91))
    held = ProjectFacts(indicators=[higher])
    assert check_gate(gate("target_is_numeric_dated_on_baseline"), held) == ()
    assert check_gate(gate("target_reached"), held) == ()
    assert check_gate(gate("target_reached"), ProjectFacts(indicators=[replace(higher, actual=Decimal(89))]))


def test_a_failed_study_ends_the_chain_and_rejected_options_need_none() -> None:
    failed = facts(screening=[MID], tech=[{"option": "valve", "passed": "no"}])
    assert check_gate(FEASIBLE, failed) == ()
    assert check_gate(FEASIBLE, facts(screening=[{"option": "x", "bin": "rejected"}])) == ()
    assert len(check_gate(FEASIBLE, facts(screening=[MID]))) == 1


def test_a_balance_without_input_is_refused() -> None:
    only_out = facts(line=[{"balance": "w", "side": "output", "amount": "5"}])
    assert [one.values["name"] for one in check_gate(CLOSURE, only_out)] == ["w"]


def method(key: str) -> Method:
    found = [one.pack for one in shipped() if one.key == key]
    return [pack for pack in found if isinstance(pack, Method)][-1]


def test_a_step_says_each_lack_once_and_in_names() -> None:
    audit = method("cp_audit")
    step = audit.step("team")
    assert step is not None
    missing = check_step(audit, step, ProjectFacts())
    rows = [one for one in missing if one.record == "team_duty" and "rows" in one.values]
    assert len(rows) == 1 and rows[0].values["record"].zh == "小组分工"
    duties = [one.values["choice"].en for one in missing if one.choice_of]
    assert duties == ["technique", "environment or energy", "finance"]


def test_a_required_field_left_empty_is_named() -> None:
    audit = method("cp_audit")
    step = audit.step("support")
    assert step is not None
    record = {("support", "commitment"): [{"signed_by": "总经理", "signed_on": "2026-07-01", "promised": ""}]}
    missing = check_step(audit, step, ProjectFacts(records=record))
    assert [one.values["field"].zh for one in missing] == ["承诺内容"]
    filled = {("support", "commitment"): [{**record[("support", "commitment")][0], "promised": "每周2小时"}]}
    assert check_step(audit, step, ProjectFacts(records=filled)) == ()


@pytest.mark.parametrize("key", ["cp_audit", "qc_solve_self", "qc_solve_directed", "qc_innovate"])
def test_every_required_step_of_a_shipped_method_asks_for_something(key: str) -> None:
    shipped_method = method(key)
    for step in shipped_method.steps:
        missing = check_step(shipped_method, step, ProjectFacts())
        vacuous = step.key in ("technical", "environmental", "economic")
        assert bool(missing) != vacuous, step.key
