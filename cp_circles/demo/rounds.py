"""The demo's rounds: opened, entered, judged by people of known severity, published, finished, awarded."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cp_circles.awards.services import give_awards
from cp_circles.demo import honouring, variety
from cp_circles.demo.content import content
from cp_circles.demo.projects import moment
from cp_circles.demo.world import Held, JudgeOfPool, Plant, World
from cp_circles.editions import queries as editions
from cp_circles.judging import services
from cp_circles.judging.models import EntryState, Level, RoundJudge, ScoreSheet, Season, SheetState
from cp_circles.judging.queries import entries, panels
from cp_circles.judging.queries import rounds as rounds_queries
from cp_circles.judging.queries.ladder import unit_of
from cp_circles.organisations.models import Company, Region
from cp_circles.panels import services as panels_services
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.quotas import services as quotas_services
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import RoundRule
from cp_circles.scoring import services as scoring_services
from cp_circles.scoring.services.sheets import rubric_of
from cp_circles.standings import services as standings_services


def open_season(world: World, year: int) -> Season:
    """A season by the nation's official."""
    nation_official = next(iter(world.officials.values()))
    now = moment(date(year, 1, 10))
    ladder = editions.latest(world.session, "ladder", content()["ladder"])
    assert ladder is not None
    return services.open_season(
        world.session,
        actor=world.actor(nation_official, now),
        year=year,
        name=f"{year}年度清洁生产小组成果评选（示例）",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        ladder_edition_id=ladder.id,
        now=now,
    )


def open_round(
    world: World,
    season: Season,
    level: str,
    organiser: Any,
    entry_days: Sequence[str],
    company: Company | None = None,
    region: Region | None = None,
) -> Held:
    """Open and announce a round with its phases, and invite its judges, who accept."""
    words, now = content(), moment(date(season.year, 2, 20))
    rule_edition = editions.latest(world.session, "round_rule", words["rules"][level])
    award_edition = editions.latest(world.session, "award_scheme", words["awards"][level])
    assert rule_edition is not None and award_edition is not None
    rule = editions.pack_of(rule_edition, RoundRule)
    holder = company.name if company else region.name if region else ""
    settings = services.RoundSettings(
        name=f"{season.year}年度{holder}清洁生产小组成果评审",
        rule_edition_id=rule_edition.id,
        phases=_phases(rule, season.year, entry_days),
        award_edition_id=award_edition.id,
        panel_size=words["panel"][level],
    )
    round_ = services.open_round(
        world.session,
        actor=world.actor(organiser, now),
        season=season,
        level=Level(level),
        settings=settings,
        company=company,
        region=region,
        now=now,
    )
    services.announce_round(world.session, actor=world.actor(organiser, now), round_=round_, now=now)
    return Held(round_, organiser, [])


def _phases(rule: RoundRule, year: int, entry_days: Sequence[str]) -> list[services.PhaseTimes]:
    """The rule's phases one after another, from the entry days on."""
    first, last = (date.fromisoformat(f"{year}-{day}") for day in entry_days)
    plan, starts_on, ends_on = [], first, last
    for phase in rule.phases:
        plan.append(services.PhaseTimes(phase.key, moment(starts_on), moment(ends_on)))
        following = rule.phases[min(len(plan), len(rule.phases) - 1)].key
        starts_on, ends_on = ends_on, ends_on + timedelta(days=content()["phase_days"][following])
    return plan


def give_quotas(world: World, upper: Held, lower: Held) -> None:
    """Places for a recommending unit in every track of the round above."""
    now = moment(date(upper.round_.season.year, 3, 1))
    for track in upper.round_.tracks:
        quotas_services.set_quota(
            world.session,
            actor=world.actor(upper.organiser, now),
            round_=upper.round_,
            unit=unit_of(lower.round_),
            track_key=track.key,
            places=content()["places_up"].get(track.key, 1),
            now=now,
        )


def enter(world: World, held: Held, plant: Plant, results: Sequence[Result]) -> None:
    """The department enters the company's results in its own round."""
    now = held.at("entry", 2)
    for result in results:
        services.enter_result(
            world.session,
            actor=world.staff(plant, Role.DEPARTMENT, now),
            round_=held.round_,
            result=result,
            now=now,
        )


def review(world: World, held: Held) -> None:
    """Every entry passes the formal review; judges are invited and accept."""
    now = held.at("formal_review")
    organiser = world.actor(held.organiser, now)
    for entry in entries.entries_of(world.session, held.round_.id, state=EntryState.SUBMITTED):
        services.review_entry(world.session, actor=organiser, entry=entry, outcome="accepted", now=now)
    size = content()["panel"][held.round_.level.value]
    first = held.round_.id * 5
    held.judges = [world.judges[(first + n) % len(world.judges)] for n in range(size)]
    for judge in held.judges:
        row = panels_services.invite_judge(
            world.session, actor=organiser, round_=held.round_, person=judge.person, now=now
        )
        panels_services.accept_invitation(
            world.session, actor=world.actor(judge.person, now), judge=row, now=now + timedelta(hours=3)
        )


def ask_to_complete(world: World, held: Held) -> None:
    """The formal review has begun: one entry has to be completed, the others wait."""
    now = held.at("formal_review", 1)
    services.review_entry(
        world.session,
        actor=world.actor(held.organiser, now),
        entry=entries.entries_of(world.session, held.round_.id)[0],
        outcome="to_complete",
        reason="请补充巩固措施文件的批准页。",
        complete_by=now.date() + timedelta(days=2),
        now=now,
    )


def assign(world: World, held: Held) -> None:
    """Conflicts are declared, blind numbers given, and the panel assigned for every stage."""
    now = held.at("conflict_declaration")
    for judge in held.judges:
        row = _judge_row(world, held, judge)
        panels_services.declare_conflicts(
            world.session, actor=world.actor(judge.person, now), judge=row, now=now
        )
    at = held.at("scoring", 0, 10)
    services.give_blind_numbers(
        world.session, actor=world.actor(held.organiser, at), round_=held.round_, chance=world.chance, now=at
    )
    _mark_anchor(world, held, at)
    for stage in rounds_queries.rule_of(world.session, held.round_).stages:
        organiser = world.actor(held.organiser, at)
        plan = panels_services.draft_panel(
            world.session, actor=organiser, round_=held.round_, stage=stage.key, now=at
        )
        if plan.pairs:
            panels_services.assign_panel(
                world.session, actor=organiser, plan=plan, version=plan.version, now=at
            )


def _mark_anchor(world: World, held: Held, now: datetime) -> None:
    """In rounds of provinces and the nation every judge reads the first entry, so that panels connect."""
    judged = panels.judged_entries(world.session, held.round_.id)
    if held.round_.level not in (Level.PROVINCE, Level.NATION) or len(judged) < 3:
        return
    panels_services.set_panel_terms(
        world.session,
        actor=world.actor(held.organiser, now),
        round_=held.round_,
        anchors=[judged[0].id],
        now=now,
    )


def _judge_row(world: World, held: Held, judge: JudgeOfPool) -> RoundJudge:
    """The judge's row in the round."""
    row = panels.judge_of(world.session, held.round_.id, judge.person.id)
    assert row is not None
    return row


def score(world: World, held: Held, share: float = 1.0, stages: Sequence[str] | None = None) -> None:
    """Judges hand in their sheets; with `share` below one the rest stay open, some half filled.

    Given `stages` adds to what is scored on site or on paper; by default every stage is scored.
    """
    for sheet in list(panels.sheets_of_round(world.session, held.round_.id)):
        if stages is not None and sheet.stage == "presentation" and sheet.stage not in stages:
            continue
        phase = "presentation" if sheet.stage == "presentation" else "scoring"
        now = held.at(phase, 1 if phase == "presentation" else 2)
        judge = next(row for row in held.judges if row.person.id == sheet.judge_id)
        chance = world.chance.random()
        if sheet.state is not SheetState.OPEN or chance > share + (1 - share) / 3:
            continue
        actor = world.actor(judge.person, now)
        points = _points(world, sheet, judge)
        if chance > share:
            points = dict(list(points.items())[:2])
        write = scoring_services.hand_in if chance <= share else scoring_services.save_draft
        write(
            world.session,
            actor=actor,
            sheet=sheet,
            points=points,
            comment="数据完整，图表清楚；建议补充极差分析。",
            version=sheet.version,
            now=now,
        )


def _points(world: World, sheet: ScoreSheet, judge: JudgeOfPool) -> dict[str, str]:
    """Points by the result's quality, the judge's severity and some noise, on the criterion's steps."""
    quality = world.quality.get(sheet.entry.result_id, 0.75)
    given = {}
    for criterion in rubric_of(world.session, sheet).criteria:
        maximum, step = criterion.points, criterion.step
        share = quality + judge.severity / 100 + world.chance.gauss(0, 0.03)
        steps = int(Decimal(str(min(max(share, 0.3), 1.0))) * maximum / step)
        given[criterion.key] = str(min(step * steps, maximum))
    return given


def publish(world: World, held: Held, now: datetime | None = None) -> None:
    """The standing is computed and published."""
    now = now or held.at("deliberation", 1)
    actor = world.actor(held.organiser, now)
    standings_services.compute_standing(world.session, actor=actor, round_=held.round_, now=now)
    standings_services.publish_standing(
        world.session, actor=actor, round_=held.round_, now=now + timedelta(hours=2)
    )


def finish(world: World, held: Held, now: datetime | None = None) -> None:
    """After publicity the round is finished and its awards are given."""
    ends_at = held.round_.publicity_ends_at
    assert ends_at is not None
    now = now or ends_at + timedelta(days=1)
    actor: Actor = world.actor(held.organiser, now)
    standings_services.finish_round(world.session, actor=actor, round_=held.round_, now=now)
    honouring.choose(world, held, now)
    give_awards(world.session, actor=actor, round_=held.round_, now=now + timedelta(hours=1))


def judge_whole(world: World, held: Held, outcome: str | None = None) -> None:
    """Everything from the formal review to the awards, with an objection of that outcome if one is named."""
    if not entries.entries_of(world.session, held.round_.id):
        return
    review(world, held)
    assign(world, held)
    if held.round_.company is not None and held.round_.company.short_code == "SDA":
        variety.abstain_and_recuse(world, held)
    score(world, held)
    publish(world, held)
    if outcome is not None:
        published_at = held.round_.published_at
        assert published_at is not None
        variety.objection(world, held, published_at + timedelta(days=1), outcome)
    finish(world, held)
