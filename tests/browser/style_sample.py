"""Made-up content (示例) that shows every macro once; it is rendered without the application."""

from datetime import date
from types import SimpleNamespace as Thing
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

METERS = [SelectChoice("a", "空压站总表"), SelectChoice("b", "产量"), SelectChoice("c", "露点")]


class SampleCsrf:
    """Stands for the token field of a real form."""

    name = "csrf_token"
    type = "CSRFTokenField"
    errors: tuple[str, ...] = ()

    def _value(self) -> str:
        return "示例"


class CauseForm(Form):
    """One row of a record."""

    cause = StringField("末端原因")
    share = DecimalField("占比")


class SampleForm(Form):
    """One field of each kind."""

    meter = RadioField("表计", choices=METERS, default="a", validators=[InputRequired()])
    value = DecimalField("本月用电", validators=[InputRequired()])
    members = IntegerField("成员人数")
    title = StringField(
        "课题名称", validators=[InputRequired("请填写课题名称。")], description="一句话说清对象、问题和目标。"
    )
    focus = SelectField("领域", choices=[SelectChoice("e", "节能"), SelectChoice("w", "节水")])
    started = DateField("开始日期")
    password = PasswordField("密码", validators=[InputRequired()])
    agree = BooleanField("我已核对读数和照片")
    domains = SelectMultipleField(
        "涉及环节", choices=[SelectChoice("p", "生产过程"), SelectChoice("q", "污染治理")]
    )
    photo = FileField("改造后的照片")
    reason = TextAreaField("原因", validators=[InputRequired()])
    causes = FieldList(FormField(CauseForm), label="原因清单", min_entries=2)


def sample_form(*, wrong: bool = False) -> SampleForm:
    """The form as first shown, or as refused."""
    form = SampleForm(data={"value": 92756, "started": date(2026, 9, 18), "domains": ["p"]})
    if wrong:
        form.validate()
    form._fields["csrf_token"] = SampleCsrf()  # type: ignore[assignment]
    form.csrf_token = form._fields["csrf_token"]  # type: ignore[attr-defined]
    return form


def phases() -> list[Thing]:
    """A rail with every state of a phase and of a step."""
    steps = [
        Thing(code="6.1", name="组织方案实施", state="done", url="#61"),
        Thing(code="6.2", name="汇总已实施的无/低费方案的成果", state="skipped", url="#62"),
        Thing(code="6.3", name="验证已实施的中/高费方案的成果", state="now", url="#63"),
        Thing(code="6.4", name="分析总结已实施方案对企业的影响", state="locked", url=None),
    ]
    return [
        Thing(name="审核准备", state="done", done=4, total=4, steps=[]),
        Thing(name="预审核", state="done", done=6, total=6, steps=[]),
        Thing(name="方案的实施", state="now", done=2, total=4, steps=steps),
        Thing(name="持续清洁生产", state="locked", done=0, total=4, steps=[]),
    ]


def gates() -> list[Thing]:
    """What is missing, and what is not."""
    return [
        Thing(
            text="2026-08 用电和产量读数",
            note="统计期 12 个月，已有 11 个月",
            ok=False,
            url="#r",
            action="去记",
        ),
        Thing(text="改造后现场照片", note="至少 1 张，能看清表计读数", ok=False, url="#p", action="去拍"),
        Thing(text="方案 F4 变频改造验收单", note="已附，2025-09-12", ok=True, url=None, action=None),
    ]


def chart() -> Thing:
    """A run chart: claimed, verified, baseline, target."""
    months = [f"{month} 月" for month in (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7)]
    base = [103.3, 100.8, 106.9, 108.1, 106.0, 87.4, 107.4, 106.6, 105.4, 104.9, 106.1]
    used = [100.1, 95.4, 98.8, 98.8, 96.2, 79.8, 96.5, 95.4, 93.8, 92.8, 93.6]
    target = [round(value * 0.92, 1) for value in base]
    return Thing(
        title="每月用电，对照按产量校正的基准",
        text="11 个月实际用电均低于校正基准，累计节约 101,700 kWh，好于 8 % 的目标。",
        figure={
            "data": [
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": "校正基准",
                    "x": months,
                    "y": base,
                    "meta": {"role": "baseline"},
                },
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": "目标",
                    "x": months,
                    "y": target,
                    "meta": {"role": "target"},
                },
                {
                    "type": "scatter",
                    "mode": "lines+markers",
                    "name": "实际",
                    "x": months,
                    "y": used,
                    "meta": {"role": "actual"},
                },
            ],
            "layout": {
                "yaxis": {"title": {"text": "千 kWh"}},
                "hovermode": "x unified",
                "annotations": [{"text": "<b>核实到 5 月</b>", "x": "5 月", "y": 110, "showarrow": False}],
            },
        },
        columns=["月份", Thing(label="校正基准", num=True), Thing(label="实际", num=True)],
        rows=[[month, f"{b:.1f}", f"{u:.1f}"] for month, b, u in zip(months, base, used, strict=True)],
        csv_url="#csv",
        source="示例企业A · 示例小组 07 · 规则版本 示例-2026-1",
    )


def waterfall() -> Thing:
    """Claimed to verified as bars."""
    names = ["申报", "产量归一", "重复边界", "核增", "核实"]
    figure = {
        "data": [
            {"type": "bar", "name": "申报", "x": [names[0]], "y": [128.4], "meta": {"role": "claimed"}},
            {
                "type": "bar",
                "name": "扣减",
                "x": names[1:3],
                "y": [9.6, 17.5],
                "base": [118.8, 101.3],
                "meta": {"role": "deducted"},
            },
            {
                "type": "bar",
                "name": "核增",
                "x": [names[3]],
                "y": [1.1],
                "base": [101.3],
                "meta": {"role": "added"},
            },
            {"type": "bar", "name": "核实", "x": [names[4]], "y": [101.3], "meta": {"role": "verified"}},
        ],
        "layout": {"showlegend": False, "barmode": "overlay"},
    }
    rows = [
        ["申报", "128.4"],
        ["产量归一", "−9.6"],
        ["重复边界", "−17.5"],
        ["核增", "+1.1"],
        ["核实", "101.3"],
    ]
    return Thing(
        title="申报到核实，千吨标准煤",
        text="申报 128.4，核实 101.3。",
        figure=figure,
        columns=["步骤", Thing(label="千吨标准煤", num=True)],
        rows=rows,
        csv_url=None,
        source="示例",
    )


def criteria() -> list[Thing]:
    """A sheet of five criteria: saved, being scored, wrong, empty."""
    levels = [
        Thing(
            range="27 – 30", text="每条末端原因都用测量、试验或调查确认，影响程度有数据", low="27", on=False
        ),
        Thing(range="21 – 26.5", text="确认齐全，个别只有访谈，影响程度未量化", low="21", on=True),
        Thing(range="0 – 20.5", text="用投票或打分定要因，或缺确认记录", low="0", on=False),
    ]
    rows = [
        ("选题", "13.5", 15, "saved", None),
        ("原因分析", "25.0", 30, "now", None),
        ("效果", "99", 20, "error", "这一项最多 20 分。"),
        ("特点", "", 10, "empty", None),
    ]
    return [
        Thing(
            number=at,
            name=name,
            field_name=f"c{at}",
            value=value,
            maximum=most,
            maximum_text=str(most),
            step="0.5",
            state=state,
            error=error,
            levels=levels if state == "now" else [],
            help="先看证据，再对照等级。" if state == "now" else None,
            comment_name=f"n{at}" if state == "now" else None,
            comment="末端原因均有确认记录。",
        )
        for at, (name, value, most, state, error) in enumerate(rows, 1)
    ]


def levels() -> list[Thing]:
    """A season's rounds in every state."""

    def phase(label: str, start: float, width: float, state: str) -> Thing:
        return Thing(label=label, start=start, width=width, state=state)

    return [
        Thing(
            name="企业",
            count="31 家",
            note=None,
            phases=[phase("报名", 1, 9, "past"), phase("评审", 10, 11, "past")],
        ),
        Thing(
            name="市",
            count="6 个",
            note=None,
            phases=[phase("报名", 36, 5, "past"), phase("评审", 41, 10, "past")],
        ),
        Thing(
            name="省",
            count="3 个",
            note="公示 3/5 日",
            phases=[phase("评审", 55, 15, "past"), phase("公示", 70, 2, "now")],
        ),
        Thing(
            name="全国",
            count="1 个",
            note=None,
            phases=[phase("报名", 73, 6, "future"), phase("评审", 79, 9, "future")],
        ),
    ]


def context() -> dict[str, Any]:
    """Everything the style page shows, and the frame around it."""
    nav = [
        ("课题", "list", True, 0),
        ("记读数", "meter", False, 0),
        ("拍照", "camera", False, 0),
        ("节约", "chart", False, 0),
        ("消息", "bell", False, 3),
        ("Leaderboards", "chart", False, 0),
        ("People of the company", "user", False, 0),
    ]
    return {
        "nav": [
            Thing(label=label, url="#nav", icon=icon, current=now, count=count)
            for label, icon, now, count in nav
        ],
        "account": Thing(name="示例甲", role="组长", links=[("我的账号", "#me"), ("帮助", "#help")]),
        "demo_clock": "2026-09-18 09:00",
        "ruleset_edition": "示例-2026-1",
        "version": "0.1",
        "messages": [
            ("success", "已记：露点 −41 °C，14:32"),
            ("warning", "读数超出合理范围，请写原因。"),
            ("error", "没有保存。"),
        ],
        "form": sample_form(),
        "wrong": sample_form(wrong=True),
        "phases": phases(),
        "gates": gates(),
        "chart": chart(),
        "waterfall": waterfall(),
        "criteria": criteria(),
        "levels": levels(),
        "months": [(f"{n} 月", (n - 1) * 8.333) for n in range(1, 13)],
        "links": [
            Thing(
                title="小组申报",
                state="claimed",
                value="126,000",
                unit="kWh",
                signer="组长 示例甲",
                at="2026-09-03 10:12",
                digest="b64d 22e7 6392",
                note="单耗法",
            ),
            Thing(
                title="工序负责人",
                state="agreed",
                value="126,000",
                unit="kWh",
                signer="车间主任 示例丙",
                at="2026-09-04 16:40",
                digest="61c8 f9d9 7a90",
                note=None,
            ),
            Thing(
                title="能源计量",
                state="corrected",
                value="114,000",
                unit="kWh",
                signer="计量员 示例丁",
                at="2026-09-08 09:05",
                digest="2d62 9016 6f9d",
                note="改用回归法，扣固定负荷 12,000 kWh",
            ),
            Thing(
                title="财务",
                state="waiting",
                value=None,
                unit=None,
                signer=None,
                at=None,
                digest=None,
                note="等待能源计量",
            ),
        ],
        "tasks": [
            Thing(
                text="2 件异议待指派复核人",
                note="公示时钟已停",
                url="#t1",
                action="指派",
                due="今天到期",
                tone="bad",
            ),
            Thing(
                text="某省退回 3 个全国名额",
                note="按备选顺序或重新分配",
                url="#t2",
                action="分配",
                due="还有 2 日",
                tone="warn",
            ),
            Thing(
                text="全国轮次评分规则 2026 版", note=None, url="#t3", action="发布", due=None, tone="info"
            ),
        ],
        "events": [
            Thing(
                at="2026-09-08 09:05",
                who="计量员 示例丁",
                what="改数后签字",
                why="扣固定负荷",
                changes=[("节约量", "126,000", "114,000")],
            ),
            Thing(at="2026-09-03 10:12", who="组长 示例甲", what="申报节约量", why=None, changes=[]),
        ],
        "entries": [
            Thing(
                number=n,
                url=f"#e{n}",
                state="done" if n < 6 else "now" if n == 6 else "recused" if n == 9 else "",
                spoken=f"第 {n} 份",
            )
            for n in range(1, 20)
        ],
        "page": Thing(
            total=120,
            page=2,
            pages=12,
            first_number=11,
            last_number=20,
            previous_url="#1",
            next_url="#3",
            urls={1: "#1", 2: "#2", 3: "#3", 12: "#12"},
        ),
        "tiles": [
            ("11", "京", "1.8", "#11", 2, "北京：1,800 吨标准煤", False),
            ("37", "鲁", "7.5", "#37", 5, "山东：7,490 吨标准煤", True),
            ("32", "苏", "7.1", "#32", 5, "江苏：7,120 吨标准煤", False),
            ("71", "台", "未参加", None, 0, "", False),
        ],
        "states": [
            "draft",
            "submitted",
            "returned",
            "registered",
            "under_way",
            "completed",
            "claimed",
            "in_verification",
            "verified",
            "refused",
            "frozen",
            "promoted",
            "reserve",
            "not_promoted",
            "publicity",
            "final",
            "recused",
        ],
        "columns": [
            Thing(label="名次"),
            Thing(label="小组"),
            Thing(label="核实 吨", num=True, url="#sort", direction="descending"),
            Thing(label="状态"),
        ],
        "rows": [
            (1, "示例小组 07", "7,490", "verified"),
            (2, "示例小组 12", "7,120", "in_verification"),
            (2, "示例小组 31", "7,120", "draft"),
        ],
    }
