"""The demo's special awards, and a company that pays by a reward rule."""

from datetime import datetime

from cp_circles.awards import queries
from cp_circles.awards.services import (
    adopt_reward_rule,
    candidates,
    choose_special,
    grant_reward,
    payments_of,
    scheme_of,
)
from cp_circles.demo.world import Held, Plant, World
from cp_circles.editions import queries as editions
from cp_circles.judging.models import Level
from cp_circles.people.models import Role

REASONS = {
    "best_presentation": "发表思路清楚，用数据和图表说话，回答问题准确。（示例）",
    "excellent_facilitator": "全年指导多个小组活动，组织培训，推进成果落地。（示例）",
    "excellent_organiser": "发动面广，推荐成果多，现场评审组织规范。（示例）",
}
HONOURED = (Level.PROVINCE, Level.NATION)


def choose(world: World, held: Held, now: datetime) -> None:
    """Special awards of provinces and the nation, and the best presentation in one company."""
    round_ = held.round_
    code = round_.company.short_code if round_.company is not None else ""
    if round_.level not in HONOURED and code != "JSA":
        return
    for special in scheme_of(world.session, round_).special:
        if (special.stage is not None) == (round_.level in HONOURED):
            continue
        known = candidates(world.session, round_, special, now=now)
        for one in known[:1]:
            choose_special(
                world.session,
                actor=world.actor(held.organiser, now),
                round_=round_,
                award_key=special.key,
                holder_id=one.id,
                reason=REASONS[special.key],
                now=now,
            )


def pay(world: World, plant: Plant, now: datetime) -> None:
    """A company takes up a reward rule and grants what is due for its oldest award."""
    actor = world.staff(plant, Role.DEPARTMENT, now)
    rule = editions.latest(world.session, "reward_rule", "fixed_by_level")
    assert rule is not None
    adopt_reward_rule(world.session, actor=actor, company=plant.company, edition_id=rule.id, now=now)
    page = queries.awards_of_company(world.session, company_id=plant.company.id, page=1, size=100)
    for award in list(page.rows)[-1:]:
        [payment] = payments_of(world.session, plant.company.id, [award])
        grant_reward(world.session, actor=actor, award=award, seen=str(payment.due), now=now)
