"""Every kind of panel: once with the figures of a worked case, once with records that it refuses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from cp_circles.projects.gates import IndicatorFacts, ProjectFacts, check_step
from cp_circles.projects.panels import PANELS, panels_of
from cp_circles.projects.panels.kept import kept
from cp_circles.projects.panels.results import end_causes
from cp_circles.projects.panels.telling import ShownPanel, told_panels
from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Method
from cp_circles.rulesets.schema.panels import Panel

METHODS: dict[tuple[str, str], Method] = {
    (one.key, one.edition): one.pack for one in shipped() if isinstance(one.pack, Method)
}
AUDIT = METHODS["cp_audit", "2016.2"]
CIRCLE = METHODS["qc_solve_self", "2020.2"]
SEEN: set[str] = set()


def say(msgid: str, **values: Any) -> str:
    return msgid % values if values else msgid


def shown(method: Method, step: str, kind: str, facts: ProjectFacts) -> ShownPanel:
    """The panel of a kind on a step of a shipped method, as a reader of English sees it."""
    found = method.step(step)
    assert found is not None
    panels = told_panels(kept(panels_of(method, found, facts)), place=step, locale="en", say=say)
    SEEN.add(kind)
    return next(panel for panel in panels if panel.kind == kind)


def facts(step: str, **records: list[dict[str, Any]]) -> ProjectFacts:
    return ProjectFacts(records={(step, kind): rows for kind, rows in records.items()})


def said(panel: ShownPanel, standing: str) -> list[str]:
    return [one.text for one in panel.sentences if one.standing == standing]


def flow(item: str, amount: str, source: str = "", target: str = "", **more: str) -> dict[str, str]:
    row = {"balance": "溶剂", "item": item, "amount": amount, "unit": "kg", "loss": "no", **more}
    return row | {"from_operation": source, "to_operation": target}


SHEET = {"name": "溶剂", "kind": "material", "unit": "kg"}
REPORT = [
    flow("input", "4746025", target="line"),
    flow("product", "4702937", source="line"),
]


def test_the_panels_are_those_of_the_schema() -> None:
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Panel)[0])}
    assert kinds == set(PANELS)


def test_a_balance_closes_to_the_computed_error_and_not_to_a_typed_one() -> None:
    panel = shown(AUDIT, "balance", "balance", facts("balance", balance_sheet=[SHEET], balance_line=REPORT))
    assert said(panel, "good") == ["The balance closes to 0.91 %; at most 5 % is allowed. It may be used."]
    block = panel.blocks[0]
    assert block.grids[0].rows[-1] == ["The whole", "4,746,025", "4,702,937", "43,088", "0.91", "yes"]
    assert block.lines[-1].text == "|4,746,025 − 4,702,937| ÷ 4,746,025 × 100" and not block.lines[-1].exact
    assert block.chart is not None and block.chart.rows[-1][3] == "43,088"
    assert block.chart.figure["layout"]["annotations"][0]["text"] == "Closure error 0.91 %"


def test_an_open_balance_says_where_and_how_much_and_holds_the_step() -> None:
    rows = [*REPORT[:1], flow("product", "4000000", source="line")]
    stored = facts("balance", balance_sheet=[SHEET], balance_line=rows)
    panel = shown(AUDIT, "balance", "balance", stored)
    assert [text for text in said(panel, "bad") if text.startswith("line: 746,025")]
    step = AUDIT.step("balance")
    assert step is not None
    open_ = [one for one in check_step(AUDIT, step, stored) if one.gate == "balances_close"]
    assert len(open_) == 2
    closed = facts("balance", balance_sheet=[SHEET], balance_line=REPORT)
    assert not [one for one in check_step(AUDIT, step, closed) if one.gate == "balances_close"]


def test_a_stricter_limit_of_a_sheet_counts_and_stock_is_taken_off() -> None:
    strict = facts("balance", balance_sheet=[SHEET | {"limit": "0.5"}], balance_line=REPORT)
    assert len(said(shown(AUDIT, "balance", "balance", strict), "bad")) == 2
    kept_back = {"balance": "溶剂", "operation": "line", "amount": "43088"}
    whole = replace(strict, records={**strict.records, ("balance", "balance_stock"): [kept_back]})
    told = shown(AUDIT, "balance", "balance", whole)
    assert said(told, "good") and told.blocks[0].grids[0].rows[-1][3] == "43,088"


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([flow("input", "1", target="a") | {"unit": "m3"}], "The flow input is in m3"),
        ([flow("input", "-1", target="a")], "is negative"),
        ([flow("input", "1")], "joins no unit operation"),
        ([], "There are no flows yet"),
        ([flow("input", "1", target="a") | {"balance": "other"}], "names the balance “other”"),
    ],
)
def test_flows_that_cannot_be_balanced_are_named(rows: list[dict[str, str]], text: str) -> None:
    panel = shown(AUDIT, "balance", "balance", facts("balance", balance_sheet=[SHEET], balance_line=rows))
    assert any(text in one for one in said(panel, "bad"))


def test_what_is_fed_back_is_drawn_without_a_circle() -> None:
    rows = [
        flow("in", "100", target="a"),
        flow("mid", "130", "a", "b"),
        flow("back", "30", "b", "a"),
        flow("out", "100", source="b"),
    ]
    panel = shown(AUDIT, "balance", "balance", facts("balance", balance_sheet=[SHEET], balance_line=rows))
    chart = panel.blocks[0].chart
    assert chart is not None and any(row[1] == "Back to a" for row in chart.rows)


def test_the_loss_costs_what_the_worked_case_says() -> None:
    rows = [
        flow("steel", "10000", target="shop", price="20"),
        flow("product", "9000", source="shop"),
        flow("scrap", "1000", source="shop", loss="yes"),
    ]
    costs = [{"balance": "溶剂", "energy": "30000", "system": "50000", "waste": "6000"}]
    stored = facts("balance", balance_sheet=[SHEET], balance_line=rows, flow_cost=costs)
    panel = shown(AUDIT, "balance", "mfca", stored)
    assert said(panel, "warn") == [
        "Of 286,000 yuan, 34,000 yuan (11.89 %) leave as loss; by mass 10 % are lost."
    ]
    assert panel.blocks[0].grids[0].rows[-1] == ["Sum", "286,000", "252,000", "34,000"]


def test_costs_cannot_be_split_when_more_is_lost_than_came_in() -> None:
    rows = [
        flow("steel", "10", target="shop", price="20"),
        flow("steel", "11", source="shop", loss="yes"),
    ]
    panel = shown(AUDIT, "balance", "mfca", facts("balance", balance_sheet=[SHEET], balance_line=rows))
    assert said(panel, "bad") == ["steel: the loss of 11 is more than the input of 10."]


def test_losses_stand_by_size_and_only_those_that_are_marked() -> None:
    rows = [
        flow("small", "10", source="a", loss="yes"),
        flow("large", "30", source="a", loss="yes"),
        flow("product", "900", source="a"),
    ]
    panel = shown(AUDIT, "cause", "pareto_of_losses", facts("balance", balance_line=rows))
    assert [row[0] for row in panel.blocks[0].grids[0].rows] == ["large", "small"]
    assert panel.sentences[0].text == "large is the largest with 75 %."
    none = shown(AUDIT, "cause", "pareto_of_losses", facts("balance", balance_line=rows[2:]))
    assert none.blocks[0].chart is None and "No amount to rank yet" in none.sentences[0].text


SHOPS = {"1": "10 5 10 4 6 5", "2": "6 10 4 10 10 10", "3": "4 8 1 5 8 7"}


def candidates(chosen: str = "2", **more: str) -> list[dict[str, str]]:
    keys = ("waste", "consumption", "cost", "toxicity", "potential", "commitment")
    return [
        {
            "candidate": f"shop {name}",
            "method": "weighted",
            "chosen": "yes" if name == chosen else "no",
            "reason": "r",
            **dict(zip(keys, scores.split(), strict=True)),
            **(more if name == "3" else {}),
        }
        for name, scores in SHOPS.items()
    ]


def test_the_focus_ranks_as_in_the_handbook() -> None:
    panel = shown(AUDIT, "focus", "focus_ranking", facts("focus", focus_candidate=candidates()))
    totals = {row[0]: (row[-2], row[-1]) for row in panel.blocks[0].grids[0].rows}
    assert totals == {"shop 2": ("322", "1"), "shop 1": ("293", "2"), "shop 3": ("209", "3")}
    assert "shop 2 has the highest total." in said(panel, "good")


def test_the_focus_says_what_is_doubtful() -> None:
    rows = candidates("1", toxics="yes")
    stored = facts("focus", focus_candidate=rows, focus_weight=[{"waste": "3"}])
    panel = shown(AUDIT, "focus", "focus_ranking", stored)
    warned = said(panel, "warn")
    assert any("shop 1 was chosen although shop 2 ranks first" in text for text in warned)
    assert any("shop 3 must be considered (Toxic substances" in text for text in warned)
    assert any(text.startswith("The weight of Waste quantity is 3; 10 to 10 is usual") for text in warned)
    rows[0].pop("cost")
    broken = shown(AUDIT, "focus", "focus_ranking", facts("focus", focus_candidate=rows))
    assert said(broken, "bad") == ["shop 1 has no score for Environmental cost."]
    simple = [row | {"method": "simple"} for row in rows]
    plain = shown(AUDIT, "focus", "focus_ranking", facts("focus", focus_candidate=simple))
    assert "compared simply" in plain.sentences[0].text and len(plain.blocks[0].grids[0].rows) == 3


def test_the_target_table_computes_the_reduction() -> None:
    solvent = IndicatorFacts("solvent", "kg", Decimal("0.82"), Decimal("0.60"), None, date(2026, 9, 30))
    row = {"item": "VOCs", "unit": "t", "present": "50", "near": "40", "near_on": "2026-12-31", "far": "25"}
    stored = replace(facts("target", target_row=[row]), indicators=(solvent,))
    panel = shown(AUDIT, "target", "target_table", stored)
    assert [cells[4] for cells in panel.blocks[0].grids[0].rows] == ["-26.8", "-20", "-50"]
    assert said(panel, "bad") == ["VOCs has no date; a target needs one."]
    nothing = replace(stored, indicators=(replace(solvent, baseline=Decimal(0)),))
    assert "no change in percent" in said(shown(AUDIT, "target", "target_table", nothing), "warn")[0]


def option(name: str, investment: str, aspect: str = "process") -> dict[str, str]:
    return {"name": name, "investment": investment, "aspect": aspect, "benefit": "1"}


def test_cost_classes_follow_the_limits_of_the_company() -> None:
    rows = [option("lid", "0"), option("quota", "10"), option("valve", "18"), option("line", "60")]
    stored = facts("options", option=rows)
    panel = shown(AUDIT, "options", "cost_classes", stored)
    assert [row[1] for row in panel.blocks[0].grids[1].rows] == [
        "no cost",
        "low cost",
        "medium cost",
        "high cost",
    ]
    small = replace(stored, low_max=Decimal(20000), mid_max=Decimal(150000))
    again = shown(AUDIT, "options", "cost_classes", small)
    assert [row[1] for row in again.blocks[0].grids[1].rows][1:3] == ["medium cost", "high cost"]
    assert "up to 20,000 yuan" in again.sentences[0].text
    empty = shown(AUDIT, "options", "cost_classes", facts("options", option=[option("lid", "")]))
    assert "“lid” has no investment" in said(empty, "bad")[0]
    reversed_ = replace(stored, low_max=Decimal(9), mid_max=Decimal(1))
    assert "limit of low cost" in said(shown(AUDIT, "options", "cost_classes", reversed_), "bad")[0]


def test_each_aspect_has_an_option_or_a_mark() -> None:
    aspects = ("materials", "process", "equipment", "control", "product", "waste", "management")
    stored = facts("options", option=[option(one, "1", one) for one in aspects])
    panel = shown(AUDIT, "options", "aspect_coverage", stored)
    assert said(panel, "bad") == ["staff: no option, and not marked as having none."]
    marked = {("options", "aspect_without_option"): [{"aspect": "staff", "reason": "none found"}]}
    whole = replace(stored, records={**stored.records, **marked})
    assert said(shown(AUDIT, "options", "aspect_coverage", whole), "good")


def screened(**changes: str) -> dict[str, str]:
    keys = ("technical", "environmental", "economic", "easy", "no_harm")
    return {"option": "lid", "bin": "no_low_feasible", **dict.fromkeys(keys, "yes"), **changes}


def test_a_bin_follows_from_factors_and_cost() -> None:
    stored = facts("screening", screening=[screened()], option=[option("lid", "0")])
    panel = shown(AUDIT, "screening", "screening", stored)
    assert said(panel, "good") and "at once and write down its state" in said(panel, "warn")[0]
    begun = {**stored.records, ("quick_third", "quick_option_state"): [{"option": "lid", "state": "done"}]}
    assert not said(shown(AUDIT, "screening", "screening", replace(stored, records=begun)), "warn")
    dear = facts("screening", screening=[screened()], option=[option("lid", "40")])
    assert (
        "give “promising medium/high-cost option”"
        in said(shown(AUDIT, "screening", "screening", dear), "bad")[0]
    )
    refused = facts("screening", screening=[screened(technical="no")], option=[option("lid", "0")])
    assert "give “rejected”" in said(shown(AUDIT, "screening", "screening", refused), "bad")[0]
    unknown = facts("screening", screening=[screened()])
    assert "no investment is entered" in said(shown(AUDIT, "screening", "screening", unknown), "bad")[0]


def test_a_verdict_does_not_contradict_its_points() -> None:
    keys = ("mature", "safe", "quality", "supply", "site", "in_time")
    row = {"option": "valve", "passed": "yes", **dict.fromkeys(keys, "yes")}
    panel = shown(AUDIT, "technical", "checklist", facts("technical", technical_study=[row]))
    assert said(panel, "good") == ["No verdict contradicts its points."]
    broken = shown(
        AUDIT, "technical", "checklist", facts("technical", technical_study=[row | {"safe": "no"}])
    )
    assert said(broken, "bad") == ["“valve” passed although “Safe” is denied; correct one of them."]


def study(name: str = "valve", **changes: str) -> dict[str, str]:
    row = {"option": name, "gross": "126", "subsidy": "6", "income": "8", "cost_saved": "37"}
    row |= {"depreciation_years": "10", "years": "10", "tax": "25", "rate": "10", "scale": "higher"}
    row |= {"years_basis": "policy", "tax_basis": "law", "rate_basis": "trade", "passed": "yes"}
    return row | changes


def test_the_economic_figures_are_those_of_the_worked_case() -> None:
    panel = shown(AUDIT, "economic", "feasibility", facts("economic", economic_study=[study()]))
    figures = {row[0].split(" ")[0]: row[1] for row in panel.blocks[0].grids[0].rows}
    assert (figures["I"], figures["P"], figures["D"], figures["F"]) == ("120", "45", "12", "36.75")
    assert figures["N"] == "3.265" and figures["NPVR"] == "88.18"
    assert figures["NPV"].startswith("105.81") and round(float(figures["IRR"]), 2) == 28.04
    opened = panel.blocks[1]
    assert any(line.text == "120 ÷ 36.75" for line in opened.lines)
    assert ["Basis of the discount rate", "trade"] in opened.grids[0].rows
    assert not said(panel, "bad")


def test_criteria_that_disagree_are_all_shown_and_none_is_chosen() -> None:
    plain = {"subsidy": "0", "income": "0", "depreciation_years": "1000", "tax": "0", "rate": "12"}
    rows = [
        study("one", gross="31.67", cost_saved="11.30", **plain),
        study("two", gross="73.82", cost_saved="21.50", **plain),
    ]
    panel = shown(AUDIT, "economic", "feasibility", facts("economic", economic_study=rows))
    notes = said(panel, "note")
    assert "By the largest net present value: two." in notes
    assert "By the largest internal rate of return: one." in notes
    assert any("criteria do not agree" in text for text in said(panel, "warn"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"cost_saved": "-20"}, "the investment is never paid back"),
        ({"years": "0"}, "A service life of 0 years"),
        ({"rate": "-100"}, "it must be above -100"),
        ({"years": "2.5"}, "no whole number of years"),
        ({"gross": ""}, "must all be entered"),
        ({"scale": "mid"}, "is written as passed, but not every decision row is met"),
    ],
)
def test_what_is_undefined_has_its_own_sentence(changes: dict[str, str], text: str) -> None:
    panel = shown(AUDIT, "economic", "feasibility", facts("economic", economic_study=[study(**changes)]))
    assert any(text in one for one in said(panel, "bad"))


def test_results_are_compared_with_the_goal_of_each_countermeasure() -> None:
    goal = {
        "countermeasure": "colour order",
        "goal_value": "3",
        "goal_unit": "次",
        "goal_direction": "at_most",
    }
    done = [{"countermeasure": "colour order", "result_value": "4"}]
    stored = facts("do", countermeasure=[goal], implementation=done)
    panel = shown(CIRCLE, "do", "countermeasure_results", stored)
    assert said(panel, "bad") == ["“colour order” reached 4 次 instead of 3: change the measure and redo it."]
    step = CIRCLE.step("do")
    assert step is not None
    assert [one for one in check_step(CIRCLE, step, stored) if one.gate == "countermeasure_goals_reached"]
    again = [*done, {"countermeasure": "colour order", "result_value": "2.6"}]
    redone = facts("do", countermeasure=[goal], implementation=again)
    assert said(shown(CIRCLE, "do", "countermeasure_results", redone), "good")
    assert not [one for one in check_step(CIRCLE, step, redone) if one.gate == "countermeasure_goals_reached"]


def test_planned_and_measured_values_show_their_difference() -> None:
    row = {"option": "valve", "item": "solvent", "planned": "0.60", "actual": "0.57", "unit": "kg"}
    panel = shown(AUDIT, "verify", "planned_actual", facts("verify", verified_effect=[row]))
    assert panel.blocks[0].grids[0].rows[0][-2:] == ["-0.03", "95"]
    zero = shown(AUDIT, "verify", "planned_actual", facts("verify", verified_effect=[row | {"planned": "0"}]))
    assert "no planned value" in said(zero, "warn")[0]


CAUSES = [
    {"crux": "excess", "end_cause": "many cleanings"},
    {"crux": "excess", "end_cause": "no colour order", "parent": "Many  cleanings"},
    {"crux": "excess", "end_cause": "no quota"},
]


def test_end_causes_are_the_leaves_of_the_tree() -> None:
    confirmed = [{"end_cause": "no quota", "main_cause": "yes"}]
    stored = facts("cause", end_cause=CAUSES, root_confirmation=confirmed)
    panel = shown(CIRCLE, "cause", "cause_tree", stored)
    tree = panel.blocks[1].tree
    assert [(one.text, [below.text for below in one.below]) for one in tree] == [
        ("many cleanings", ["no colour order"]),
        ("no quota", []),
    ]
    assert tree[1].notes == ["end cause", "main cause"]
    assert end_causes(CAUSES, "end_cause", "parent") == ["no colour order", "no quota"]
    step = CIRCLE.step("root")
    assert step is not None
    names = [one.values.get("name") for one in check_step(CIRCLE, step, stored)]
    assert "no colour order" in names and "many cleanings" not in names


def test_a_cause_that_hangs_on_nothing_is_named() -> None:
    rows = [*CAUSES, {"crux": "excess", "end_cause": "lost", "parent": "nobody"}]
    ring = [{"crux": "x", "end_cause": "a", "parent": "b"}, {"crux": "x", "end_cause": "b", "parent": "a"}]
    panel = shown(CIRCLE, "cause", "cause_tree", facts("cause", end_cause=[*rows, *ring]))
    assert [text.split("“")[1].split("”")[0] for text in said(panel, "bad")] == ["lost", "a", "b"]


def test_an_empty_step_says_what_to_enter_in_every_panel() -> None:
    for method in METHODS.values():
        for step in method.steps:
            for panel in panels_of(method, step, ProjectFacts()):
                assert any(block.told or block.grids for block in panel.blocks), (step.key, panel.kind)


def test_a_pack_that_names_an_unknown_field_is_refused() -> None:
    step = next(step for step in AUDIT.steps if step.key == "focus")
    panel = step.panels[0].model_dump()
    panel["candidates"]["reason"] = "nowhere"
    data = AUDIT.model_dump()
    next(one for one in data["steps"] if one["key"] == "focus")["panels"] = [panel]
    with pytest.raises(ValueError, match="nowhere"):
        TypeAdapter(Method).validate_python(data)
