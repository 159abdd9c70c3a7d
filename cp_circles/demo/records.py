"""What a demo circle writes into the records of a step: made from its topic, dated along its plan."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cp_circles.demo.audit_records import AUDIT_WRITERS, Rows, cost_of
from cp_circles.demo.story import Story
from cp_circles.rulesets.schema import RecordKind, Step


def rows_for(step: Step, kind: RecordKind, story: Story) -> Rows:
    """Rows of one record of a step."""
    make = WRITERS.get(kind.kind)
    rows = make(story) if make else _aspects_left(kind, story)
    if not rows and make is None:
        rows = [{} for _ in range(kind.min_rows)]
    return [complete(row, kind, story, place) for place, row in enumerate(rows)]


def _aspects_left(kind: RecordKind, story: Story) -> Rows:
    """For a record that lists what has no option: every choice that the options have not taken."""
    if kind.min_rows or not any(field.key == "aspect" for field in kind.fields):
        return []
    choices = next(field.choices for field in kind.fields if field.key == "aspect")
    left = choices[len(story.pairs) :]
    return [{"aspect": choice.key, "reason": "经讨论，本重点在该方面未发现可行方案"} for choice in left]


def complete(row: dict[str, Any], kind: RecordKind, story: Story, place: int) -> dict[str, Any]:
    """Fill the required fields that the writer left open, by their type; unknown ones are left out."""
    keys = {field.key: field for field in kind.fields}
    whole = {key: value for key, value in row.items() if key in keys}
    for key, field in keys.items():
        if key in whole or not field.required:
            continue
        if field.type == "number":
            whole[key] = Decimal(10 + place)
        elif field.type == "date":
            whole[key] = story.day
        elif field.type == "choice":
            whole[key] = field.choices[place % len(field.choices)].key
        elif field.type == "yes_no":
            whole[key] = "yes"
        elif field.type == "person":
            whole[key] = story.person(place)
        else:
            whole[key] = f"{story.topic.object}{field.names.zh}"
    for key, field in keys.items():
        if field.type == "choice" and whole.get(key) not in {choice.key for choice in field.choices} | {None}:
            whole[key] = field.choices[place % len(field.choices)].key
    return whole


def _plan(story: Story) -> Rows:
    stages = ("选题与现状调查", "原因分析与确认", "对策制定与实施", "效果检查与巩固")
    return [
        {
            "stage": name,
            "work": name,
            "starts_on": story.day + timedelta(days=30 * place),
            "ends_on": story.day + timedelta(days=30 * place + 28),
            "owner": story.person(place),
            "output": f"{name}记录",
        }
        for place, name in enumerate(stages)
    ]


def _plan_by_phase(story: Story) -> Rows:
    rows = _plan(story)
    for row in rows:
        row.pop("stage")
    return rows


def _causes(story: Story) -> Rows:
    first = f"{story.topic.object}损失大"
    below = [
        {"end_cause": cause, "cause": cause, "evidence": found, "parent": first}
        for cause, found in zip(story.topic.causes, story.topic.found, strict=True)
    ]
    top = {"end_cause": first, "cause": first, "evidence": f"{story.topic.item}高于同类先进水平"}
    return [{"crux": story.topic.crux, "loss": story.topic.crux, **row} for row in (top, *below)]


def _confirmations(story: Story) -> Rows:
    rows = zip(story.topic.causes, story.topic.found, story.topic.main, strict=True)
    return [
        {
            "end_cause": cause,
            "content": f"{cause}对{story.topic.item}的影响",
            "standard": "影响程度不小于总损失的10%",
            "found": found,
            "influence": "影响显著" if main else "影响不足5%",
            "influence_share": Decimal(31 if main else 4),
            "confirmed_on": story.day + timedelta(days=40 + 3 * place),
            "person": story.person(place),
            "main_cause": "yes" if main else "no",
        }
        for place, (cause, found, main) in enumerate(rows)
    ]


def _countermeasures(story: Story) -> Rows:
    return [
        {
            "main_cause": cause,
            "chosen_option": cause,
            "countermeasure": measure,
            "goal": f"消除“{cause}”，复测残留损失不超过5%",
            "goal_value": Decimal(5),
            "goal_unit": "%",
            "goal_direction": "at_most",
            "measure": f"{measure}；编制方案、备料、停线实施、验收",
            "place": story.place,
            "due_on": story.day + timedelta(days=90 + 10 * place),
            "owner": story.person(place),
        }
        for place, (cause, measure) in enumerate(story.pairs)
    ]


def _implementations(story: Story) -> Rows:
    return [
        {
            "countermeasure": measure,
            "option": measure,
            "done": f"按方案完成{measure}，附验收照片和测量记录。",
            "owner": story.person(place),
            "starts_on": story.day + timedelta(days=62 + 10 * place),
            "ends_on": story.day + timedelta(days=80 + 10 * place),
            "funds": cost_of(place),
            "result": f"复测残留损失{3 + place % 2}%",
            "result_value": Decimal(3 + place % 2),
            "state": "done",
            "side_effects": "对安全、质量和环境无不利影响",
        }
        for place, (_, measure) in enumerate(story.pairs)
    ]


def _status(story: Story) -> Rows:
    halves = (("白班", Decimal("1.03")), ("夜班", Decimal("0.97")))
    return [
        {
            "stratum": name,
            "item": story.topic.item,
            "from_on": story.day - timedelta(days=180),
            "to_on": story.day - timedelta(days=1),
            "value": (story.before * share).quantize(Decimal("0.01")),
            "unit": story.unit,
            "source": "计量报表",
        }
        for name, share in halves
    ]


def _per_option(**facts: Any) -> Callable[[Story], Rows]:
    """One row for each option with these facts."""
    return lambda story: [{"option": measure, **facts} for _, measure in story.pairs]


def _effect(story: Story) -> Rows:
    return [
        {"period": month, "item": story.topic.item, "value": value, "unit": story.unit, "source": "计量报表"}
        for month, value in story.monthly_after
    ]


def _follow_up(story: Story) -> Rows:
    return [
        {"period": month, "value": value, "unit": story.unit} for month, value in story.monthly_after[-3:]
    ]


def _documents(story: Story) -> Rows:
    return [
        {
            "measure": measure,
            "document_name": story.topic.document,
            "document_number": f"{story.number}-SOP-{place + 1:02d}",
            "version": "A/1",
            "approver": "生产技术部",
            "approved_on": story.day + timedelta(days=250),
            "reusable": "yes",
        }
        for place, (_, measure) in enumerate(story.pairs)
    ]


def _scheme_options(story: Story) -> Rows:
    rows = zip(story.topic.causes, story.topic.found, story.topic.main, strict=True)
    return [
        {"level": "一级", "option": option, "figures": found, "chosen": "yes" if main else "no"}
        for option, found, main in rows
    ]


WRITERS: dict[str, Callable[[Story], Rows]] = {
    **AUDIT_WRITERS,
    "activity_plan": _plan,
    "work_plan": _plan_by_phase,
    "topic_reason": lambda story: [
        {
            "requirement": "公司年度清洁生产目标要求单位产品资源消耗下降5%以上。",
            "gap": f"{story.place}{story.topic.object}{story.topic.item}为{story.before}{story.unit}，高于同类先进水平。",
        }
    ],
    "status_data": _status,
    "crux": lambda story: [
        {
            "crux": story.topic.crux,
            "share": Decimal(60),
            "gap": f"{story.before - story.target} {story.unit}",
            "basis": "按班次和部位分层，以六个月计量数据排列。",
        }
    ],
    "target_basis": lambda story: [
        {
            "basis": f"解决症结的80%，可将{story.topic.item}由{story.before}降至{story.target}{story.unit}。",
            "argument": f"历史最好水平和同行数据支持{story.target}{story.unit}。",
            "challenge": "低于近两年最好月份。",
            "on_focus": story.topic.object,
        }
    ],
    "end_cause": _causes,
    "cause": _causes,
    "root_confirmation": _confirmations,
    "countermeasure": _countermeasures,
    "implementation": _implementations,
    "effect_data": _effect,
    "benefit": lambda story: [
        {
            "economic": story.benefit,
            "environmental": f"{story.topic.item}下降，减少资源消耗和排放。",
            "social": "现场环境改善，员工参与度提高。",
        }
    ],
    "consolidated_measure": _documents,
    "follow_up": _follow_up,
    "review": lambda story: [
        {
            "technical": f"掌握了{story.topic.object}的测量与节约技术。",
            "method": "能用分层、排列图和现场测试确认要因。",
            "people": "成员的数据意识和协作能力提高。",
            "shortcoming": "统计工具运用还不够熟练。",
            "next_topic": f"继续降低{story.place}辅助系统消耗",
        }
    ],
    "team_duty": lambda story: [
        {"person": story.person(place), "contact": "内部电话示例", "hours": Decimal(40)} for place in range(6)
    ],
    "site_finding": lambda story: [
        {
            "place": story.place,
            "seen_on": story.day + timedelta(days=8),
            "finding": finding,
            "focus_area": story.topic.focus,
        }
        for finding in story.topic.found[:2]
    ],
    "measurement_run": lambda story: [
        {
            "point": story.topic.object,
            "extent": Decimal(72),
            "from_on": story.day + timedelta(days=20),
            "to_on": story.day + timedelta(days=23),
        }
    ],
    "measured_value": lambda story: [
        {
            "point": story.topic.object,
            "item": item,
            "value": value,
            "unit": story.unit,
            "way": "在线仪表连续记录",
            "measured_on": story.day + timedelta(days=23),
        }
        for item, value in ((story.topic.item, story.before), ("其中损失", story.before - story.target))
    ],
    "recommendation": _per_option(recommended="yes", reason="技术、环境、经济评估均通过"),
    "verified_effect": _per_option(item="资源消耗", planned=Decimal(100), actual=Decimal(108), unit="%"),
    "company_effect": lambda story: [
        {
            "indicator": story.topic.item,
            "before": story.before,
            "after": story.after,
            "unit": story.unit,
            "remark": "达到课题目标",
        }
    ],
    "need": lambda story: [
        {
            "who": story.place,
            "need": f"需要稳定、低能耗的{story.topic.object}",
            "shortfall": story.topic.crux,
        }
    ],
    "borrowed_idea": lambda story: [
        {
            "idea": "空压机余热回收与屋顶光热互补的公开案例",
            "source": "行业技术资料汇编（示例）",
            "figures": "互补系统保证率93%",
            "use": "借鉴其切换控制逻辑",
        }
    ],
    "overall_scheme": lambda story: [
        {"scheme": story.topic.title.format(place=story.place), "new": "首次在本厂实现两种热源的自动互补"}
    ],
    "scheme_option": _scheme_options,
}
