"""A test report as PDF among the evidence of some demo projects, its client covered in the blind copy."""

from datetime import datetime

from cp_circles.demo.photographs import attach
from cp_circles.demo.story import Story
from cp_circles.demo.world import World
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project, ProjectStep
from cp_circles.results import services as results
from cp_circles.results.documents.blocks import Block, Chapter, Content, table_block
from cp_circles.results.documents.figures import Piece
from cp_circles.results.documents.pdf import pdf_of
from cp_circles.results.models import Result
from cp_circles.rulesets.schema import Step

TESTED = ("JSA", "JSB", "JSC", "ZJB", "SDC")
TESTED_YEAR = 2025
TITLE = "单耗检测报告（示例）"
CLIENT = [340, 114, 600, 37]
"""Where company and circle stand on the first page, in thousandths of it."""


def shows_report(project: Project, spec: Step) -> bool:
    """Whether a test report belongs to this step: where the target is checked, in one circle of some plants.

    The plants are chosen so that every demo judge has one of these projects on the desk.
    """
    circle, started = project.circle, project.starts_on
    is_chosen = (
        circle is not None and (circle.number or "").endswith("2") and (circle.number or "")[:3] in TESTED
    )
    checks_target = any(gate.kind == "target_reached" for gate in spec.gates)
    return checks_target and is_chosen and started is not None and started.year == TESTED_YEAR


def attach_report(world: World, actor: Actor, story: Story, row: ProjectStep, now: datetime) -> None:
    """Keep the report on the consumption after the measures as evidence of a step."""
    attach(world, actor, row, pdf_of(_content(row.project, story)), TITLE, "检测报告.pdf", now)


def _content(project: Project, story: Story) -> Content:
    circle = project.circle.name if project.circle is not None else ""
    unit, what = story.unit, story.topic.item
    months = [[month, f"{value}", f"{story.target}"] for month, value in story.monthly_after]
    columns = [("月份", False), (f"实测（{unit}）", True), (f"目标（{unit}）", True)]
    return Content(
        title=TITLE,
        kind="第三方检测（示例）",
        language="zh",
        cover=[
            ("委托单位", project.company.name),
            ("委托小组", circle),
            ("检测项目", what),
            ("检测单位", "示例检测有限公司"),
            ("检测月份", f"{story.monthly_after[0][0]}至{story.monthly_after[-1][0]}"),
        ],
        chapters=[
            Chapter(
                "way",
                "1 检测方法",
                "way",
                [_said("逐月核对在线计量表读数与产量记录，计量表均在检定有效期内。")],
            ),
            Chapter("found", "2 检测结果", "found", [table_block(f"逐月{what}", columns, months)]),
            Chapter("end", "3 结论", "end", [_said(f"改善前{story.before}{unit}，检测期内各月见上表。")]),
        ],
        footer="示例数据：不是真实的检测报告",
    )


def _said(text: str) -> Block:
    return Block("text", pieces=[Piece(text)])


def cover_client(world: World, circle: Actor, result: Result, now: datetime) -> None:
    """The circle paints over the client's name on the report, before anybody confirms the page."""
    for page in result.blind_pages:
        if page.label == TITLE and page.page_number == 1:
            results.paint_boxes(
                world.session, world.storage, actor=circle, page=page, boxes=[CLIENT], now=now
            )
