"""What the circle of the phone's journey writes at each step of its audit: an invented compressor station."""

from __future__ import annotations

from itertools import pairwise

LEADER, FIRST, SECOND = "示例leader", "示例first", "示例second"
INVERTER, LEAKS = "更换变频空压机", "治理管网漏点"
BALANCE = "空压站空气平衡"
OPERATIONS = ("压缩", "管网")
WITHOUT_OPTION = ("materials", "process", "control", "product", "waste", "staff")
Rows = dict[str, list[dict[str, str]]]


def _focus(candidate: str, scores: str, chosen: str) -> dict[str, str]:
    keys = ("waste", "consumption", "cost", "toxicity", "potential", "commitment")
    rated = dict(zip(keys, scores.split(), strict=True))
    return {
        "candidate": candidate,
        "method": "weighted",
        **rated,
        "chosen": chosen,
        "reason": "按权重总和计分",
    }


def _flow(item: str, source: str, target: str, amount: str, loss: str = "no") -> dict[str, str]:
    row = {"item": item, "balance": BALANCE, "amount": amount, "unit": "m3", "loss": loss}
    return row | {"from_operation": source, "to_operation": target}


def _screened(option: str, bin_: str) -> dict[str, str]:
    factors = ("technical", "environmental", "economic", "easy", "no_harm")
    return {"option": option, **dict.fromkeys(factors, "yes"), "bin": bin_, "reason": "各项均可行"}


ROWS: dict[str, Rows] = {
    "team": {
        "team_duty": [
            {"duty": "technique", "person": FIRST, "hours": "8"},
            {"duty": "environment", "person": SECOND, "hours": "6"},
            {"duty": "finance", "contact": "成本会计", "hours": "2"},
        ]
    },
    "plan": {
        "work_plan": [
            {"stage": stage, "work": work, "starts_on": start, "ends_on": end, "owner": owner}
            for (stage, work, owner), (start, end) in zip(
                (
                    ("preassess", "现场考察，确定重点", LEADER),
                    ("assess", "实测并建立平衡", FIRST),
                    ("implement", "实施方案并验证", SECOND),
                ),
                pairwise(("2026-03-02", "2026-04-01", "2026-06-01", "2026-09-01")),
                strict=True,
            )
        ]
    },
    "site": {
        "site_finding": [
            {"place": place, "seen_on": "2026-03-03", "finding": finding, "focus_area": "production"}
            for place, finding in (("二号干管", "法兰处漏气，听得见声响"), ("空压站", "夜间空载运行"))
        ]
    },
    "focus": {
        "focus_candidate": [
            _focus("空压站", "4 10 3 1 9 8", "yes"),
            _focus("制冷站", "3 6 3 1 5 5", "no"),
        ]
    },
    "target": {
        "target_basis": [
            {"basis": "同行单耗 108 kWh/t", "horizon": "near", "on_focus": "即审核重点的单位产品电耗"}
        ]
    },
    "focus_data": {
        "unit_operation": [
            {"name": name, "purpose": purpose, "inputs": "空气、电", "outputs": "压缩空气"}
            for name, purpose in zip(OPERATIONS, ("升压", "输送"), strict=True)
        ]
    },
    "measure": {
        "measurement_run": [
            {
                "point": "空压站总管",
                "operation": "continuous",
                "extent": "72",
                "from_on": "2026-03-09",
                "to_on": "2026-03-12",
            }
        ],
        "measured_value": [
            {
                "point": "空压站总管",
                "item": item,
                "value": value,
                "unit": "m3",
                "way": "超声流量计",
                "measured_on": "2026-03-12",
            }
            for item, value in (("吸入空气", "8600"), ("停产时漏气", "1650"))
        ],
    },
    "balance": {
        "balance_sheet": [{"name": BALANCE, "kind": "material", "medium": "空气", "unit": "m3"}],
        "balance_line": [
            _flow("吸入空气", "", OPERATIONS[0], "8600") | {"price": "0.12"},
            _flow("供气", *OPERATIONS, "8580"),
            _flow("用气", OPERATIONS[1], "", "6850"),
            _flow("漏气", OPERATIONS[1], "", "1650", "yes"),
        ],
        "flow_cost": [{"balance": BALANCE, "energy": "1032", "system": "310", "waste": "0"}],
    },
    "cause": {
        "cause": [
            {
                "loss": "漏气",
                "aspect": "management",
                "cause": "没有查漏制度",
                "evidence": "两年无查漏记录",
            },
            {
                "loss": "漏气",
                "aspect": "equipment",
                "cause": "工频机频繁空载",
                "evidence": "空载时间占31%",
            },
        ]
    },
    "options": {
        "option": [
            {
                "name": INVERTER,
                "aspect": "equipment",
                "content": "以一台变频机代替两台工频机",
                "cause": "工频机频繁空载",
                "investment": "28",
                "benefit": "8.82",
                "environment": "节电 126,000 kWh",
            },
            {
                "name": LEAKS,
                "aspect": "management",
                "content": "每周查漏，当日堵漏",
                "cause": "没有查漏制度",
                "investment": "1.2",
                "benefit": "2.1",
                "environment": "减少漏气",
            },
        ],
        "aspect_without_option": [
            {"aspect": aspect, "reason": "逐项讨论，未发现可行方案"} for aspect in WITHOUT_OPTION
        ],
    },
    "screening": {
        "screening": [_screened(INVERTER, "mid_high_promising"), _screened(LEAKS, "no_low_feasible")]
    },
    "technical": {
        "technical_study": [
            {
                "option": INVERTER,
                **dict.fromkeys(("mature", "safe", "quality", "supply", "site", "in_time"), "yes"),
                "finding": "同类机组已用三年",
                "done_on": "2026-04-20",
                "passed": "yes",
            }
        ]
    },
    "environmental": {
        "environmental_study": [
            {
                "option": INVERTER,
                "before": "120 kWh/t",
                "after": "108 kWh/t",
                **dict.fromkeys(("less_waste", "less_toxic", "no_secondary", "no_transfer"), "yes"),
                **dict.fromkeys(("less_energy", "exposure"), "yes"),
                "done_on": "2026-04-22",
                "passed": "yes",
            }
        ]
    },
    "economic": {
        "economic_study": [
            {
                "option": INVERTER,
                "gross": "28",
                "subsidy": "0",
                "income": "0",
                "cost_saved": "8.82",
                "depreciation_years": "10",
                "years": "10",
                "years_basis": "设备设计寿命",
                "tax": "25",
                "tax_basis": "企业所得税",
                "rate": "8",
                "rate_basis": "企业内部基准收益率",
                "scale": "higher",
                "done_on": "2026-04-24",
                "passed": "yes",
            }
        ]
    },
    "recommend": {"recommendation": [{"option": INVERTER, "recommended": "yes", "reason": "三项评估均通过"}]},
    "organise": {
        "implementation": [
            {
                "option": option,
                "owner": FIRST,
                "starts_on": "2026-05-06",
                "ends_on": "2026-06-12",
                "funds": funds,
                "state": "done",
                "result": "已完成并验收",
            }
            for option, funds in ((INVERTER, "27.6"), (LEAKS, "1.1"))
        ]
    },
    "verify": {
        "verified_effect": [
            {
                "option": INVERTER,
                "item": "单位产品电耗",
                "kind": "economic",
                "planned": "110",
                "actual": "108",
                "unit": "kWh/t",
                "measured_on": "2026-08-31",
            }
        ]
    },
    "effect": {
        "company_effect": [{"indicator": "单位产品电耗", "before": "120", "after": "108", "unit": "kWh/t"}]
    },
    "rules": {
        "consolidated_measure": [
            {
                "measure": "每周查漏",
                "document_name": "空压站运行规程",
                "document_number": "Q/BS-CP-12",
                "approved_on": "2026-09-01",
            }
        ]
    },
}

# What the pages of the steps must then show. Ranking: 4x10+10x9+3x8+1x7+9x5+8x2 = 222, 3x10+6x9+3x8+1x7+5x5+5x2 = 150.
# Balance: (8600 - 6850 - 1650) / 8600 = 1.16 %. Feasibility: D = 28/10 = 2.8, F = (8.82 - 2.8) x 0.75 + 2.8 = 7.315,
# N = 28 / 7.315 = 3.828 years, NPV = 7.315 x 6.710081 - 28 = 21.0842.
SHOWN: dict[str, tuple[str, ...]] = {
    "focus": ("222", "150"),
    "balance": ("1.16",),
    "economic": ("7.315", "3.828", "21.0842"),
}
LOSSES = {
    "title": "漏气排列图", "unit": "m³/h", "rows-0-label": "法兰漏气", "rows-0-amount": "86",
    "rows-1-label": "软管漏气", "rows-1-amount": "41", "rows-2-label": "排水器", "rows-2-amount": "17",
}  # fmt: skip
