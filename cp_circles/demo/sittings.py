"""What panels of the running season do together: an exercise, talks with one reveal held back, deliberations."""

from datetime import datetime, timedelta
from decimal import Decimal

from cp_circles.demo.projects import moment
from cp_circles.demo.seasons import Calendar
from cp_circles.demo.world import Held, World
from cp_circles.editions import queries as editions
from cp_circles.judging.models import ScoreSheet, SheetState
from cp_circles.judging.queries import panels
from cp_circles.judging.queries.rounds import rule_of
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Rubric
from cp_circles.scoring import services as scoring_services
from cp_circles.scoring.services.locking import point_text
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.sittings import services
from cp_circles.sittings.models import PanelDecision
from cp_circles.sittings.queries import deliberations, talks

EXAMPLE = """课题：降低冷却水系统电耗（公开案例，示例）

选题：动力站循环水泵工频运行，单位产品电耗2.05kWh/t，高于同类装置的1.80kWh/t。目标定为1.80kWh/t，有六个月的计量数据。
原因：列出9条末端因素，逐条现场确认，查明泵扬程富余41%和阀门节流两条主因。
对策：加装变频器、取消节流；每条有负责人和期限，实施后测得电耗1.77kWh/t。
效果：巩固期三个月，数据取自同一电表；节电核实为9.6万kWh。没有说明产量变化的影响。
报告：结构清楚，有两处图表没有标注单位。"""
REASONS = "原因分析逐条有现场确认，取高档；效果没有排除产量变化，取中档上限；两处图表缺单位，报告扣分。"


def fill(world: World, calendar: Calendar) -> None:
    """Let the panels of three company rounds practise, listen and deliberate, as far as the clock allows."""
    by_code = {
        held.round_.company.short_code: held
        for held in calendar.companies.values()
        if held.round_.company is not None
    }
    _practise(world, by_code["JSD"])
    _listen(world, by_code["SDC"])
    _deliberate(world, by_code["ZJB"])


def _practise(world: World, held: Held) -> None:
    """The organiser sets an example; two judges have answered, the first has still to."""
    at = held.at("conflict_declaration")
    rubric_id = next(iter(held.round_.tracks[0].rubrics.values()))
    shares = {judge.person.id: Decimal("0.7") + Decimal(n) / 10 for n, judge in enumerate(held.judges)}
    exercise = services.set_exercise(
        world.session,
        actor=world.actor(held.organiser, at),
        round_=held.round_,
        rubric_edition_id=rubric_id,
        title="试评示例：降低冷却水系统电耗",
        text=EXAMPLE,
        reference=_shares(world, rubric_id, Decimal("0.8")),
        reference_note=REASONS,
        now=at,
    )
    for judge in held.judges[1:]:
        services.answer_exercise(
            world.session,
            actor=world.actor(judge.person, at),
            exercise=exercise,
            points=_shares(world, rubric_id, shares[judge.person.id]),
            comment="效果部分缺少产量修正。",
            now=at + timedelta(hours=4),
        )


def _shares(world: World, rubric_id: int, share: Decimal) -> dict[str, str]:
    """The same share of every criterion's points, on its steps."""
    rubric = editions.pack(world.session, rubric_id, Rubric)
    return {row.key: str(row.step * int(row.points * share / row.step)) for row in rubric.criteria}


def _listen(world: World, held: Held) -> None:
    """The first talk is revealed, the second waits for one sheet, the rest of the queue waits."""
    day = held.at("presentation")
    organiser = world.actor(held.organiser, day)
    order = [entry.id for entry in talks.entries_to_present(world.session, held.round_.id)]
    queue = services.order_talks(
        world.session, actor=organiser, round_=held.round_, entry_ids=order, now=day - timedelta(hours=1)
    )
    for place, talk in enumerate(queue[:2]):
        begins = day + timedelta(minutes=20 * place)
        for step, minutes in (("begin", 0), ("questions", 9), ("end", 15)):
            services.move_talk(
                world.session, actor=organiser, talk=talk, step=step, now=begins + timedelta(minutes=minutes)
            )
        sheets = deliberations.sheets_of_entry(world.session, talk.entry_id, talks.STAGE)
        for number, sheet in enumerate(sheets if place == 0 else sheets[1:]):
            _hand_in(world, sheet, number, begins + timedelta(minutes=17))
    services.move_talk(
        world.session, actor=organiser, talk=queue[0], step="reveal", now=day + timedelta(minutes=19)
    )


def _hand_in(world: World, sheet: ScoreSheet, number: int, at: datetime) -> None:
    """A judge's points on a talk."""
    share = Decimal(86 + 3 * number) / 100
    actor = world.actor(sheet.judge, at)
    points = {
        row.key: str(row.step * int(row.points * share / row.step))
        for row in rubric_of(world.session, sheet).criteria
    }
    scoring_services.hand_in(
        world.session,
        actor=actor,
        sheet=sheet,
        points=points,
        comment="讲解清楚，回答问题有数据。",
        version=sheet.version,
        spent=600,
        now=at,
    )


def _deliberate(world: World, held: Held) -> None:
    """The widest spread is before its panel, the next one is decided: its points stand."""
    at = moment(held.at("deliberation").date())
    organiser = world.actor(held.organiser, at)
    rule = rule_of(world.session, held.round_)
    rows = deliberations.spreads_of(world.session, held.round_, rule)
    for place, spread in enumerate(row for row in rows[:2] if not row.open_sheets):
        row = services.send_to_deliberation(
            world.session,
            actor=organiser,
            entry=spread.entry,
            stage=spread.stage,
            reason=f"三位评委相差{point_text(spread.points)}分，请对照证据说明各自依据。",
            now=at,
        )
        sheets = deliberations.sheets_of_entry(world.session, spread.entry.id, spread.stage)
        seated = [sheet for sheet in sheets if sheet.state is SheetState.SUBMITTED]
        words = ["效果的计量口径我按活动后三个月算。", "我看重原因分析的现场确认，所以给高档。"]
        for sheet, text in zip(seated, words, strict=False):
            services.add_minutes(
                world.session,
                actor=_actor(world, sheet, at),
                deliberation=row,
                text=text,
                now=at + timedelta(minutes=30),
            )
        if place:
            numbers = [panels.judge_of(world.session, held.round_.id, one.judge_id) for one in seated]
            services.decide_deliberation(
                world.session,
                actor=organiser,
                deliberation=row,
                decision=PanelDecision.KEEP,
                text="差异来自对巩固期长短的看法，均有证据支持，评分维持不变。",
                present=[judge.number for judge in numbers if judge is not None],
                now=at + timedelta(hours=2),
            )


def _actor(world: World, sheet: ScoreSheet, at: datetime) -> Actor:
    """The judge of a sheet as they may act then."""
    return world.actor(sheet.judge, at)
