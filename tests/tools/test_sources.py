"""Every tool that can be filled from own data is: records, check sheets, plan, audit focus and meters."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cp_circles.calc.tools import TOOLS, work
from cp_circles.errors import NotFound
from cp_circles.projects.models import PlanItem, StepRecord
from cp_circles.tools import services, sources
from tests.conftest import NOW

FOUND = [("2026-01", 500, 23), ("2026-02", 480, 19), ("2026-03", 510, 31), ("2026-04", 505, 22)]
FOUND += [("2026-05", 490, 18), ("2026-06", 500, 25), ("2026-07", 515, 20)]
WITHOUT = {"photos", "orthogonal"}


def record(world, project, step, kind, **content):
    """A row of a step's record."""
    place = world.session.query(StepRecord).count()
    row = StepRecord(
        project_id=project.id, step_key=step, kind=kind, content=content, created_at=NOW, position=place
    )
    world.session.add(row)
    world.session.flush()
    return row


def offered(world, project, code, kind):
    """The offers of one kind of source for a tool."""
    found = sources.offers(world.session, project, code, language="zh")
    return [one for one in found if one.source["kind"] == kind]


def filled(world, project, code, offer):
    """What the tool computes from an offer, its reference written and read."""
    source = sources.read_source(offer.key)
    raw = sources.filled(world.session, project, code, source, language="zh", today=NOW.date())
    return raw, work(TOOLS[code], raw)


def sheet(world, project, rows, columns):
    """A check sheet of the project."""
    inputs = {"columns": columns, "rows": [{"label": name, "counts": counts} for name, counts in rows]}
    return services.create_sheet(
        world.session,
        actor=world.leader,
        project=project,
        code="check_sheet",
        inputs=inputs,
        title="废品检查表",
        now=world.now,
    )


def test_every_tool_but_two_has_a_kind_of_source():
    fillable = {code for kind in sources.KINDS.values() for code in kind.tools}
    assert set(TOOLS) - fillable == WITHOUT and fillable <= set(TOOLS)


@pytest.mark.parametrize("code", ["control_p", "control_u"])
def test_records_of_two_items_become_samples(world, project, code):
    for label, size, count in FOUND:
        record(world, project, "check", "effect_data", period=label, item="检查数", value=str(size))
        record(world, project, "check", "effect_data", period=label, item="废品数", value=str(count))
    offers = [one for one in offered(world, project, code, "found") if one.name.endswith("废品数 / 检查数")]
    raw, worked = filled(world, project, code, offers[0])
    assert worked.done and len(raw["rows"]) == len(FOUND)
    assert raw["rows"][0] == {"label": "2026-01", "size": "500", "count": "23"}
    if code == "control_p":
        assert len(offered(world, project, code, "found")) == 1


def test_a_check_sheet_becomes_shares_a_pareto_and_a_series(world, project):
    labels, sizes, counts = zip(*FOUND, strict=True)
    rows = [("检查数", [str(n) for n in sizes]), ("废品数", [str(n) for n in counts])]
    sheet(world, project, rows, list(labels))
    for code in ("control_p", "control_u", "two_shares"):
        offer = next(one for one in offered(world, project, code, "tally") if "废品数 / 检查数" in one.name)
        raw, worked = filled(world, project, code, offer)
        assert worked.done, (code, worked.reasons)
    assert (raw["first_count"], raw["second_count"]) == ("23", "20")
    raw, worked = filled(world, project, "pareto", offered(world, project, "pareto", "sheet")[0])
    assert worked.done and [row["amount"] for row in raw["rows"]] == ["3500", "158"]
    raw, _worked = filled(world, project, "run", offered(world, project, "run", "sheet")[0])
    assert raw["values"][:2] == ["523", "499"] and raw["labels"][0] == "2026-01"


def test_records_are_counted_by_month(world, project):
    days = ("2026-01-05", "2026-01-20", "2026-02-03")
    for day, item in zip(days, ("甲", "乙", "甲"), strict=True):
        record(world, project, "status", "status_data", stratum="班次", item=item, from_on=day, value="1")
    offer = next(
        one for one in offered(world, project, "check_sheet", "crossed") if one.source["label"] == "item"
    )
    raw, worked = filled(world, project, "check_sheet", offer)
    assert worked.done and raw["columns"] == ["2026-01", "2026-02"]
    assert [(row["label"], row["counts"]) for row in raw["rows"]] == [("甲", ["1", "1"]), ("乙", ["1", "0"])]


@pytest.mark.parametrize(("code", "rows"), [("board", "ideas"), ("pdpc", "rows"), ("relations", "factors")])
def test_words_of_records_become_ideas_steps_and_factors(world, project, code, rows):
    for text in ("老化", "漏气", "空转"):
        record(world, project, "status", "status_data", stratum="空压机", item=text, value="1")
    raw, worked = filled(world, project, code, offered(world, project, code, "chain")[0])
    assert [row["text"] for row in raw[rows]] == ["老化", "漏气", "空转"]
    assert worked.done or code == "relations"


def test_a_plan_becomes_a_network_of_activities(world, project):
    day = NOW.date()
    for place, (start, length) in enumerate(((0, 9), (10, 4), (20, 9))):
        item = PlanItem(
            step_key=project.steps[place].key,
            starts_on=day + timedelta(days=start),
            ends_on=day + timedelta(days=start + length),
            owner="示例",
        )
        project.plan_items.append(item)
    world.session.flush()
    raw, worked = filled(world, project, "arrow", offered(world, project, "arrow", "plan")[0])
    assert worked.done and [(row["days"], row["after"]) for row in raw["rows"]] == [
        ("10", []),
        ("5", ["1"]),
        ("10", ["2"]),
    ]


def test_candidates_of_the_focus_are_ranked_with_the_weights_of_the_method(world):
    project = world.registered(method="cp_audit")
    factors = ("waste", "consumption", "cost", "toxicity", "potential", "commitment")
    for name, score in (("电镀线", 9), ("喷漆线", 6)):
        facts = dict.fromkeys(factors, str(score))
        record(world, project, "focus", "focus_candidate", candidate=name, method="weighted", **facts)
    raw, worked = filled(world, project, "ranking", offered(world, project, "ranking", "focus")[0])
    assert worked.done and worked.result.places == (1, 2) and len(raw["criteria"]) == len(factors)


def test_meters_become_groups_years_and_pieces(world, project):
    meter = world.make.meter(world.company)
    world.make.monthly(meter, 2024, [100, 104, 98, 97, 103, 101, 96, 99, 102, 95, 100, 101])
    world.make.monthly(meter, 2025, [91, 90, 88, 93, 92, 90, 89])
    raw, worked = filled(world, project, "control_xbar", offered(world, project, "control_xbar", "groups")[0])
    assert worked.done and len(raw["rows"]) == 6 and raw["rows"][0]["label"] == "2024-02"
    raw, worked = filled(world, project, "two_samples", offered(world, project, "two_samples", "years")[0])
    assert worked.done and (raw["first_name"], len(raw["second"])) == ("2024", 7)
    made = world.make.meter(world.company, "PRODUCTION", "件")
    waste = world.make.meter(world.company, "OWN_1", "件")
    for month, (_label, size, count) in enumerate(FOUND, start=1):
        first, last = date(2026, month, 1), date(2026, month, 28)
        world.make.reading(made, first, last, size)
        world.make.reading(waste, first, last, count)
    offers = offered(world, project, "control_p", "pieces")
    raw, worked = filled(world, project, "control_p", offers[0])
    assert len(offers) == 1 and worked.done and Decimal(raw["rows"][0]["size"]) == 500


def test_a_meter_read_in_one_year_only_offers_no_two_years_to_compare(world, project):
    meter = world.make.meter(world.company)
    world.make.monthly(meter, 2026, [100, 104, 98])
    assert offered(world, project, "two_samples", "years") == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("control_p", "tally:999:0:1"),
        ("control_p", "found:check:effect_data:1:2"),
        ("ranking", "focus:nowhere"),
        ("control_xbar", "groups:1:7"),
        ("run", "plan"),
        ("check_sheet", "crossed:check:nothing:a:b"),
    ],
)
def test_a_source_that_is_not_the_projects_is_not_found(world, project, code, text):
    source = sources.read_source(text)
    with pytest.raises(NotFound):
        sources.filled(world.session, project, code, source, language="zh", today=NOW.date())


def test_a_check_sheet_names_rows_that_it_has(world, project):
    one = sheet(world, project, [("检查数", ["5"]), ("废品数", ["1"])], ["一班"])
    for places in ("0:2", "x:1"):
        source = sources.read_source(f"tally:{one.id}:{places}")
        with pytest.raises(NotFound):
            sources.filled(world.session, project, "control_p", source, language="zh", today=NOW.date())
