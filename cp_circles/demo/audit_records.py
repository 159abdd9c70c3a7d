"""What a demo circle writes at the steps of an audit: focus, balance, options, screening and studies."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cp_circles.demo.story import Story

BALANCED = "审核重点物料平衡"
OPERATIONS = ("备料", "加工", "后处理")
Rows = list[dict[str, Any]]


def cost_of(place: int) -> Decimal:
    """The investment of the option in this place, in 10^4 yuan: every second one is of medium cost."""
    return Decimal(18 + 6 * place) if place % 2 == 0 else Decimal("1.5")


def _economic(story: Story) -> Rows:
    """The economic study of every option of medium cost."""
    return [
        {
            "option": measure,
            "gross": cost_of(place),
            "subsidy": Decimal(0),
            "income": Decimal(0),
            "cost_saved": Decimal("8.6") + Decimal("2.9") * place,
            "depreciation_years": Decimal(10),
            "years": Decimal(10),
            "years_basis": "设备折旧政策（示例）",
            "tax": Decimal(25),
            "tax_basis": "企业所得税率25%",
            "rate": Decimal(8),
            "rate_basis": "企业内部基准收益率（示例）",
            "scale": "higher",
            "done_on": story.day + timedelta(days=52),
            "passed": "yes",
        }
        for place, (_, measure) in enumerate(story.pairs)
        if place % 2 == 0
    ]


def _screened(story: Story) -> Rows:
    keys = ("technical", "environmental", "economic", "easy", "no_harm")
    return [
        {
            "option": measure,
            **dict.fromkeys(keys, "yes"),
            "bin": "mid_high_promising" if place % 2 == 0 else "no_low_feasible",
            "reason": "各项均可行",
        }
        for place, (_, measure) in enumerate(story.pairs)
    ]


def _studied(**facts: Any) -> Callable[[Story], Rows]:
    """One row of a study with these facts for every option of medium cost."""
    return lambda story: [
        {"option": m, **facts} for place, (_, m) in enumerate(story.pairs) if place % 2 == 0
    ]


def _sheets(story: Story) -> Rows:
    return [{"name": BALANCED, "kind": "material", "medium": story.topic.object, "unit": "kg"}]


def _flows(story: Story) -> Rows:
    """72 hours of the focus: what goes in, on, and out, with two losses; it closes to about 1 percent."""
    prepare, work, finish = OPERATIONS
    rows = (
        ("原料", "", prepare, "4120", "no", "7.5"),
        ("辅料", "", work, "380", "no", "22"),
        ("合格备料", prepare, work, "4065", "no", None),
        ("备料散落", prepare, "", "42", "yes", None),
        ("半成品", work, finish, "4185", "no", None),
        ("加工废料", work, "", "231", "yes", None),
        ("产品", finish, "", "4140", "no", None),
        ("清洗残渣", finish, "", "38", "yes", None),
    )
    return [
        {
            "item": item,
            "balance": BALANCED,
            "from_operation": source,
            "to_operation": target,
            "amount": Decimal(amount),
            "unit": "kg",
            "loss": loss,
            "price": None if price is None else Decimal(price),
            "source": "72小时实测记录",
        }
        for item, source, target, amount, loss, price in rows
    ]


def _focus(story: Story) -> Rows:
    return [
        {
            "candidate": name,
            "waste": Decimal(scores[0]),
            "consumption": Decimal(scores[1]),
            "cost": Decimal(scores[2]),
            "toxicity": Decimal(4),
            "potential": Decimal(scores[3]),
            "commitment": Decimal(7),
            "chosen": chosen,
            "reason": reason,
            "method": "weighted",
        }
        for name, scores, chosen, reason in (
            (story.topic.object, (10, 9, 8, 9), "yes", "排序得分最高，且员工有改进意愿"),
            ("辅助设备", (4, 5, 3, 4), "no", "得分较低，列入下一轮"),
        )
    ]


def _options(story: Story) -> Rows:
    return [
        {
            "name": measure,
            "content": f"{measure}，在{story.place}实施",
            "cause": cause,
            "investment": cost_of(place),
            "benefit": Decimal("6.8") + Decimal("1.1") * place,
            "environment": f"减少{story.topic.item}",
        }
        for place, (cause, measure) in enumerate(story.pairs)
    ]


AUDIT_WRITERS: dict[str, Callable[[Story], Rows]] = {
    "focus_candidate": _focus,
    "option": _options,
    "screening": _screened,
    "quick_option_state": lambda story: [
        {"option": measure, "state": "done", "on": story.day + timedelta(days=46), "effect": "已完成并验收"}
        for place, (_, measure) in enumerate(story.pairs)
        if place % 2
    ],
    "unit_operation": lambda story: [
        {"name": name, "purpose": f"{name}工序", "inputs": "见平衡表", "outputs": "见平衡表"}
        for name in OPERATIONS
    ],
    "balance_sheet": _sheets,
    "balance_line": _flows,
    "balance_stock": lambda story: [],
    "flow_cost": lambda story: [
        {
            "balance": BALANCED,
            "energy": Decimal(5200),
            "system": Decimal(8600),
            "waste": Decimal(1450),
        }
    ],
    "focus_weight": lambda story: [],
    "target_row": lambda story: [
        {
            "item": story.topic.item,
            "unit": story.unit,
            "present": story.before,
            "near": story.target,
            "near_on": story.day + timedelta(days=270),
            "far": (story.target * Decimal("0.9")).quantize(Decimal("0.001")),
            "far_on": story.day + timedelta(days=1365),
        }
    ],
    "technical_study": lambda story: _studied(
        finding="同类装置已有应用，场地与公用条件满足。", done_on=story.day + timedelta(days=48)
    )(story),
    "environmental_study": lambda story: _studied(
        before=f"{story.before} {story.unit}",
        after=f"{story.target} {story.unit}",
        secondary="无二次污染",
        done_on=story.day + timedelta(days=50),
    )(story),
    "economic_study": _economic,
}
