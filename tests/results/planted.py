"""A project whose every text and file names somebody: what the blind copy must not show."""

import io
from typing import Any

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from cp_circles.files.services import store_blob
from cp_circles.projects import queries, services
from cp_circles.projects.models import Project
from tests.projects.walking import FIRST_DAY, add_evidence, fill_step, finish_step, walk
from tests.projects.world import World

MEMBER = "欧阳示例青"
COMPANY = "示例翠屏化工有限公司"
ALIAS = "翠屏化"
ENGLISH = "Cuiping Example Chemical Co., Ltd."
DEPARTMENT = "聚合车间"
CIRCLE = "蓝焰小组"
NAMES = (MEMBER, COMPANY, ALIAS, ENGLISH, DEPARTMENT, CIRCLE, "Cuiping Example Chemical", "翠屏化工")


def plant_names(world: World) -> None:
    """Give company, department, circle and a member names that are easy to search for."""
    world.company.name, world.company.name_en, world.company.aliases = COMPANY, ENGLISH, [ALIAS]
    world.company.short_code, world.company.code = "CUIPING9", "91330000CUIPING9X7"
    world.circle.name = CIRCLE
    world.circle.members[1].person.name = MEMBER
    world.make.department(world.company, DEPARTMENT)
    world.session.flush()


def picture(text: str = "") -> bytes:
    """A PNG with the names in its metadata."""
    image = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(image).rectangle((100, 75, 200, 150), fill="red")
    facts = PngInfo()
    facts.add_text("Author", text or ENGLISH)
    facts.add_itxt("Comment", f"{COMPANY} {MEMBER}")
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=facts)
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    """A PDF of some pages with the names in its metadata."""
    sheets = [Image.new("RGB", (300, 400), color) for color in ("white", "yellow", "blue")[:pages]]
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], author=ENGLISH, title=COMPANY)
    return out.getvalue()


def planted_project(world: World, storage: Any) -> Project:
    """A completed project whose title, records, evidence, activities and remarks name everybody."""
    plant_names(world)
    project = world.registered(
        title=f"{COMPANY}{CIRCLE}降低电耗", reason=f"{ALIAS} 的 {DEPARTMENT} 电耗高，{MEMBER} 提出"
    )
    walk(world, project, until="do")
    do = queries.step_of(project, "do")
    for name, content in (("现场.png", picture()), ("报告.pdf", pdf())):
        stored = store_blob(world.session, storage, content, name, world.now)
        add_evidence(
            world, project, do, title=f"{MEMBER}在{DEPARTMENT}拍摄", filename=f"{COMPANY}-{name}", blob=stored
        )
    finish_step(world, project, do)
    walk(world, project, until="review")
    review = queries.step_of(project, "review")
    content = {
        "technical": f"感谢 {MEMBER[:2]} {MEMBER[2:]} 与 cuiping example CHEMICAL",
        "method": f"{CIRCLE}学会了分层法",
        "people": f"{ALIAS}员工成长",
        "next_topic": f"{DEPARTMENT}节水",
    }
    services.add_record(
        world.session,
        actor=world.member,
        project=project,
        step=review,
        kind="review",
        content=content,
        now=world.now,
    )
    services.complete_step(world.session, actor=world.leader, project=project, step=review, now=world.now)
    return services.complete_project(world.session, actor=world.leader, project=project, now=world.now)


__all__ = ["FIRST_DAY", "NAMES", "fill_step", "pdf", "picture", "planted_project"]
