"""Every pack that ships holds: sums, order, units, sources, confidence, and the packs fit each other."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from cp_circles.rulesets.loader import ShippedPack, shipped
from cp_circles.rulesets.schema import (
    KINDS,
    KJ_PER_KGCE,
    AwardScheme,
    Factor,
    Factors,
    Indicators,
    Industries,
    Ladder,
    Method,
    Names,
    Provenance,
    Rated,
    Regions,
    RoundRule,
    Rubric,
    Vocabulary,
)

PACKS = shipped()
IDS = [f"{one.kind}/{one.key}-{one.edition}" for one in PACKS]


def packs(kind: str) -> dict[str, Any]:
    return {one.key: one.pack for one in PACKS if one.kind == kind}


def parts(value: object) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from parts(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from parts(item)


def test_every_kind_ships() -> None:
    assert {one.kind for one in PACKS} == set(KINDS)


@pytest.mark.parametrize("one", PACKS, ids=IDS)
def test_numbers_carry_unit_source_and_confidence(one: ShippedPack) -> None:
    found = [part for part in parts(one.pack) if isinstance(part, Provenance)]
    for part in found:
        assert part.source and part.confidence
        assert part.provisional == (part.confidence == "C")
        if isinstance(part, Rated):
            assert part.unit
    assert one.pack.source and one.pack.confidence


TABLES = ("regions", "industries")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(TABLES)))
def test_names_are_in_both_languages(kind: str) -> None:
    for part in parts(tuple(packs(kind).values())):
        if isinstance(part, Names):
            chinese = any("\u3400" <= sign <= "\u9fff" for sign in part.zh)
            symbols = part.zh == part.en or len(part.zh) <= 4
            assert chinese or symbols, part
            assert not any("\u3400" <= sign <= "\u9fff" for sign in part.en), part


def test_our_own_proposals_are_provisional() -> None:
    for one in PACKS:
        for part in parts(one.pack):
            if isinstance(part, Provenance) and part.source == "proposal of this platform":
                assert part.provisional, part


def test_the_steps_of_the_methods() -> None:
    methods: dict[str, Method] = packs("method")
    counts = {key: (len(one.phases), len(one.steps)) for key, one in methods.items()}
    assert counts == {
        "cp_audit": (7, 35),
        "qc_solve_self": (4, 10),
        "qc_solve_directed": (4, 10),
        "qc_innovate": (4, 8),
    }
    audit = methods["cp_audit"]
    per_phase = [sum(1 for step in audit.steps if step.phase == phase.key) for phase in audit.phases]
    assert per_phase == [4, 6, 5, 7, 5, 4, 4]
    assert [step.number for step in audit.steps if step.required] == (
        [
            "1.2",
            "1.3",
            "2.2",
            "2.4",
            "2.5",
            "3.2",
            "3.4",
            "4.1",
            "4.3",
            "5.2",
            "5.3",
            "5.4",
            "5.5",
            "6.1",
            "6.3",
            "6.4",
            "7.2",
        ]
    )
    assert [step.key for step in methods["qc_solve_self"].steps] == (
        ["topic", "status", "target", "cause", "root", "plan", "do", "check", "standard", "review"]
    )
    assert [step.key for step in methods["qc_solve_directed"].steps] == (
        ["topic", "target", "feasibility", "cause", "root", "plan", "do", "check", "standard", "review"]
    )
    assert [step.key for step in methods["qc_innovate"].steps] == (
        ["topic", "target", "scheme", "plan", "do", "check", "standard", "review"]
    )


def test_every_step_has_records_a_gate_and_known_tools() -> None:
    tools = {term.key for term in packs("vocabulary")["circles"].list_("tool").terms}
    for method in packs("method").values():
        for step in method.steps:
            assert step.records and step.gates, (method.key, step.key)
            assert set(step.tools) <= tools, (method.key, step.key)
            assert step.loop_to is None or step.gates[-1].kind == "target_reached"
        assert any(gate.kind == "target_reached" for step in method.steps for gate in step.gates)


def test_a_record_kind_means_the_same_wherever_it_stands() -> None:
    for method in packs("method").values():
        seen: dict[str, set[str]] = {}
        for step in method.steps:
            for record in step.records:
                fields = {field.key for field in record.fields}
                assert seen.setdefault(record.kind, fields) == fields, (method.key, step.key, record.kind)


def test_the_points_of_the_rubrics() -> None:
    rubrics: dict[str, Rubric] = packs("rubric")
    points = {key: [str(one.points) for one in rubric.criteria] for key, rubric in rubrics.items()}
    assert points["t1_onsite"] == ["10", "30", "30", "20", "10"]
    assert points["t2_problem_solving"] == ["15", "30", "20", "20", "5", "10"]
    assert points["t3_innovation"] == ["20", "30", "20", "15", "5", "10"]
    assert points["petroleum_paper_solve"] == ["13", "30", "20", "20", "5", "8.5", "3.5", "20"]
    assert points["petroleum_paper_innovate"] == ["18", "30", "20", "15", "5", "8.5", "3.5", "20"]
    assert points["petroleum_presentation"] == ["6", "6", "4", "4", "4", "4"]
    totals = {key: rubric.total for key, rubric in rubrics.items()}
    assert totals == {
        "t1_onsite": 100,
        "t2_problem_solving": 100,
        "t3_innovation": 100,
        "petroleum_paper_solve": 120,
        "petroleum_paper_innovate": 120,
        "petroleum_presentation": 28,
        "presentation_basic": 100,
    }
    assert rubrics["presentation_basic"].provisional


def test_every_round_rule_adds_up_to_its_total_in_every_track() -> None:
    rubrics = packs("rubric")
    for rule in packs("round_rule").values():
        assert isinstance(rule, RoundRule)
        assert set(rule.tracks) == set(packs("track"))
        for track in rule.tracks:
            total = sum(
                rubrics[stage.rubric_for(track)].total * stage.scale.value * stage.weight.value / 100
                for stage in rule.stages
            )
            assert total == rule.total.value == 100, (rule.key, track)


def test_round_rules_name_criteria_that_exist_and_open_every_right_they_need() -> None:
    rubrics = packs("rubric")
    known = {criterion.key for rubric in rubrics.values() for criterion in rubric.criteria}
    for rule in packs("round_rule").values():
        for tie in rule.tie_order:
            assert set(getattr(tie, "criteria", ())) <= known
        keys = [phase.key for phase in rule.phases]
        order = [
            "entry",
            "formal_review",
            "conflict_declaration",
            "scoring",
            "presentation",
            "deliberation",
            "publicity",
            "final",
        ]
        assert keys == [key for key in order if key in keys]
        assert rule.publicity_days.value == 5 and rule.publicity_days.provisional
        for stage in rule.stages:
            for row in stage.rubrics:
                assert row.track in rubrics[row.rubric].tracks
        paper = rule.stage("paper")
        assert paper is None or paper.blind
    petroleum = packs("round_rule")["petroleum"]
    assert petroleum.stage("paper").scale.value == Decimal("0.6")
    assert petroleum.trim.from_scores.value == 3


def test_the_ladder_handles_municipalities_and_direct_counties() -> None:
    ladder = packs("ladder")["china"]
    assert isinstance(ladder, Ladder)

    def way(place: str) -> list[str]:
        return [step.level for step in ladder.route(place).steps]

    assert way("ordinary") == ["company", "county", "city", "province", "nation"]
    assert [step.level for step in ladder.route("ordinary").steps if step.optional] == ["county"]
    assert way("municipality") == ["company", "county", "province", "nation"]
    assert way("direct_county") == ["company", "city", "province", "nation"]
    assert ladder.route("direct_county").steps[1].held_in == "county"


def test_award_schemes_stay_within_a_hundred_percent() -> None:
    schemes = packs("award_scheme")
    assert set(schemes) == {"gold_silver_bronze", "one_two_three"}
    for scheme in schemes.values():
        assert isinstance(scheme, AwardScheme)
        assert all(award.min_score.value <= 100 for award in scheme.awards)


def china_factors() -> Factors:
    found = packs("factors")["china"]
    assert isinstance(found, Factors)
    return found


def places(factor: Factor) -> Decimal:
    assert factor.value is not None
    return Decimal(1).scaleb(int(factor.value.as_tuple().exponent))


def test_coal_coefficients_agree_with_their_heating_values() -> None:
    checked = exceptions = 0
    for factor in china_factors().in_group("coal_equivalent"):
        if factor.ncv is None or factor.value is None:
            continue
        computed = (factor.ncv / KJ_PER_KGCE).quantize(places(factor), ROUND_HALF_UP)
        assert (computed == factor.value) == (factor.exception is None), (factor.key, computed)
        checked += 1
        exceptions += factor.exception is not None
    assert (checked, exceptions) == (29, 5)


def test_working_media_agree_with_their_energy_within_a_thousandth() -> None:
    rows = china_factors().in_group("working_medium")
    assert len(rows) == 11
    for factor in rows:
        assert factor.ncv is not None and factor.value is not None
        computed = factor.ncv * 1000 / KJ_PER_KGCE
        assert abs(computed - factor.value) / factor.value < Decimal("0.002"), factor.key


def test_fuel_co2_is_the_product_of_its_parameters() -> None:
    rows = china_factors().in_group("fuel_co2")
    assert len(rows) == 26
    for factor in rows:
        assert factor.ncv and factor.carbon_t_per_tj and factor.oxidation_percent and factor.value
        computed = factor.ncv * factor.carbon_t_per_tj / 1000 * factor.oxidation_percent / 100 * 44 / 12
        if factor.ncv_unit == "GJ/10^4 m3":
            computed /= 10
        assert computed.quantize(places(factor), ROUND_HALF_UP) == factor.value, factor.key


def test_steam_heat_is_enthalpy_above_water_at_20_degrees() -> None:
    factor = china_factors().factor("steam_0_8_mpa")
    assert factor is not None and factor.value == (Decimal("2768.3") - Decimal("83.74")) / 1000
    assert len(china_factors().in_group("steam_heat")) == 9


def test_families_of_grid_factors_are_never_mixed() -> None:
    national = china_factors().in_group("grid_national")
    assert {factor.family for factor in national} == {"a", "b", "c"}
    assert all((factor.to_unit == "kgCO2e") == (factor.family == "c") for factor in national)
    assert all(factor.data_year for factor in national)
    provinces = [factor for factor in china_factors().in_group("grid_region") if "_p" in factor.key]
    assert len(provinces) == 60
    assert {factor.region for factor in provinces}.isdisjoint({"54", "71", "81", "82"})


@pytest.mark.parametrize(
    ("region", "change"),
    [("north", "-6.1"), ("northeast", "-7.9"), ("east", "-2.1"), ("central", "-2.3"), ("northwest", "-5.4")],
)
def test_regional_factors_reproduce_the_published_changes(region: str, change: str) -> None:
    new, old = (
        china_factors().factor(f"grid_a_{region}_2023"),
        china_factors().factor(f"grid_a_{region}_2022"),
    )
    assert new is not None and old is not None and new.value and old.value
    percent = ((new.value / old.value - 1) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert percent == Decimal(change)


def test_prices_are_provisional() -> None:
    prices = china_factors().in_group("price")
    assert prices and all(factor.provisional and factor.to_unit == "CNY" for factor in prices)
    electricity = china_factors().factor("price_electricity")
    assert electricity is not None and electricity.value == Decimal("0.70")


@pytest.mark.parametrize(
    ("quantities", "total"),
    [
        (
            {
                "electricity_equivalent": "100000",
                "natural_gas": "10000",
                "diesel": "5000",
                "heat_mj": "2000000",
            },
            "101115.5",
        ),
        (
            {
                "grid_a_2023": "100000",
                "co2_natural_gas": "10000",
                "co2_diesel": "5000",
                "co2_heat_gj": "2000",
            },
            "310407.4",
        ),
    ],
    ids=["TCE-1", "CO2-1"],
)
def test_worked_conversions(quantities: dict[str, str], total: str) -> None:
    amount = Decimal(0)
    for key, quantity in quantities.items():
        factor = china_factors().factor(key)
        assert factor is not None
        value = factor.high if factor.needs_choice else factor.value
        assert value is not None
        amount += Decimal(quantity) * value
    assert amount == Decimal(total)


def test_indicators_name_factors_of_their_unit_and_metrics_of_the_boards() -> None:
    catalogue = packs("indicators")["china"]
    assert isinstance(catalogue, Indicators)
    factors, words = packs("factors")[catalogue.factors], packs("vocabulary")["circles"]
    for indicator in catalogue.indicators:
        unit = "GJ" if indicator.energy_group else indicator.unit
        for key, result in ((indicator.kgce, "kgce"), (indicator.kgco2, "kgCO2")):
            if key:
                factor = factors.factor(key)
                assert (factor.from_unit, factor.to_unit) == (unit, result), indicator.code
        if indicator.price:
            assert factors.factor(indicator.price).from_unit == indicator.unit, indicator.code
        if indicator.metric:
            base = words.metric(indicator.metric).base_unit
            assert base == ("kgCO2e" if indicator.code == "CO2E" else indicator.unit), indicator.code
        if indicator.energy_group:
            assert factors.in_group(indicator.energy_group)
    assert [one.code for one in catalogue.indicators if one.generation_and_discharge] == (
        ["WW", "COD", "NH3N", "TN", "TP", "SO2", "NOX", "VOCS", "PM", "SW", "HW"]
    )


def test_the_words_of_the_seed_article() -> None:
    words = packs("vocabulary")["circles"]
    assert isinstance(words, Vocabulary)
    assert [term.names.zh for term in words.list_("focus_area").terms] == [
        "原材料",
        "生产过程",
        "污染治理",
        "无组织排放",
        "现场环境管理",
    ]
    assert [term.names.zh for term in words.list_("domain").terms] == ["节能", "减污", "清洁能源替代", "其他"]
    assert [term.code for term in words.list_("aspect").terms] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_aspects_of_the_audit_are_those_of_the_vocabulary() -> None:
    aspects = {term.key for term in packs("vocabulary")["circles"].list_("aspect").terms}
    audit = packs("method")["cp_audit"]
    gate = next(gate for gate in audit.step("options").gates if gate.kind == "options_cover_aspects")
    assert set(gate.aspects) == aspects
    assert {choice.key for choice in audit.record("cause").field("aspect").choices} == aspects


def test_the_region_tree_of_china() -> None:
    china = packs("regions")["china"]
    assert isinstance(china, Regions)
    rows = {row.code: row for row in china.rows}
    assert not {row.zh for row in china.rows} & {
        "市辖区",
        "县",
        "省直辖县级行政区划",
        "自治区直辖县级行政区划",
    }
    assert sum(row.level == "province" for row in china.rows) == 34
    municipalities = {row.code for row in china.rows if row.flag == "municipality"}
    assert municipalities == {"110000", "120000", "310000", "500000"}
    assert {row.level for row in china.rows if row.parent in municipalities} == {"county"}
    direct = [row for row in china.rows if row.flag == "direct_county"]
    assert len(direct) == 32
    assert {rows[row.parent].level for row in direct} == {"province"}
    assert rows["429004"].zh == "仙桃市" and rows["429004"].parent == "420000"
    without = {row.zh for row in china.rows if row.flag == "city_without_counties"}
    assert without == {"东莞市", "中山市", "儋州市", "嘉峪关市"}
    assert all(row.en for row in china.rows if row.level in ("nation", "province", "city"))


def test_the_region_tree_of_the_united_states() -> None:
    states = [row for row in packs("regions")["us"].rows if row.level == "province"]
    assert len(states) == 52
    assert {"DC", "PR"} <= {row.code for row in states}


def test_the_industries() -> None:
    industries = packs("industries")["gb4754"]
    assert isinstance(industries, Industries)
    levels = [row.level for row in industries.rows]
    assert (levels.count("section"), levels.count("division")) == (20, 97)
    assert all(row.en for row in industries.rows)


@pytest.mark.parametrize("key", ["t1_onsite", "t2_problem_solving", "t3_innovation", "presentation_basic"])
def test_the_second_edition_of_a_rubric_adds_examples_and_changes_no_point(key: str) -> None:
    old, new = (one.pack for one in PACKS if (one.kind, one.key) == ("rubric", key))
    assert isinstance(old, Rubric) and isinstance(new, Rubric)
    bare = [
        one.model_copy(
            update={"levels": tuple(row.model_copy(update={"examples": ()}) for row in one.levels)}
        )
        for one in new.criteria
    ]
    assert tuple(bare) == old.criteria and (new.total, new.stage, new.tracks) == (
        old.total,
        old.stage,
        old.tracks,
    )
    for criterion in new.criteria:
        assert any(level.examples for level in criterion.levels), criterion.key
