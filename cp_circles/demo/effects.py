"""Effects without money in the demo season: shown by the circle's radar chart, signed by the department."""

from datetime import datetime

from cp_circles.demo.world import Plant, World
from cp_circles.people.models import Role
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.tools.queries import sheets_of
from cp_circles.verification import services
from cp_circles.verification.models import EffectWay

EVERY = 4


def show_effect(world: World, plant: Plant, project: Project, leader: Actor, now: datetime) -> None:
    """State the team's growth by its radar chart and have it signed, for every fourth project that has one."""
    if project.id % EVERY:
        return
    radar = next((one for one in sheets_of(world.session, project.id) if one.code == "radar"), None)
    if radar is None:
        return
    effect = services.state_effect(
        world.session,
        actor=leader,
        project=project,
        text="小组成员的问题意识、数据能力和团队精神明显提高，能独立完成排列图和因果分析。",
        shown_by="活动前后按同一量表自评并由推进员复核（示例）",
        way=EffectWay.RADAR,
        sheet=radar,
        now=now,
    )
    services.decide_effect(
        world.session,
        actor=world.staff(plant, Role.DEPARTMENT, now),
        effect=effect,
        confirmed=True,
        reason="",
        password_confirmed_at=now,
        now=now,
    )
