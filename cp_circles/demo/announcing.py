"""What is announced in the demo: by the platform, by a company, with an attachment."""

from datetime import datetime, timedelta

from cp_circles.announcements.services import announce
from cp_circles.demo.world import World
from cp_circles.files.services import store_blob
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM

PLAN = "示例\n一、每月5日前完成抄表。\n二、每季度末提交课题进度。\n三、成果报告随过程记录自动生成，不再另做汇报材料。\n"


def fill(world: World, now: datetime) -> None:
    """Two announcements that the accounts of the demo read on their home."""
    today = now.date()
    plant = world.plants[0]
    plan = store_blob(world.session, world.storage, PLAN.encode(), "示例工作安排.txt", now)
    announce(
        world.session,
        actor=world.staff(plant, Role.DEPARTMENT, now),
        title="示例：第四季度清洁生产小组工作安排",
        text="请各小组按附件安排第四季度活动，节假日前完成抄表。",
        scope_kind=ScopeKind.COMPANY,
        scope_id=plant.company.id,
        starts_on=today - timedelta(days=2),
        ends_on=today + timedelta(days=60),
        pinned=True,
        files=[(plan, "示例工作安排.txt")],
        today=today,
        now=now,
    )
    announce(
        world.session,
        actor=SYSTEM,
        title="示例：本系统为演示环境",
        text="所有企业、人员和数字均为示例，可放心试用。",
        scope_kind=ScopeKind.PLATFORM,
        scope_id=0,
        starts_on=today - timedelta(days=7),
        today=today,
        now=now,
    )
