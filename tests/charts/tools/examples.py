"""One example of each tool, as a form or a stored record hands it in."""

from typing import Any

from tests.calc.tools.series import ANSCOMBE, CONVERSION, JUICE_CANS, NIST_FLOW, PISTON_RINGS, SLEEP

NAMES = {"first_name": "示例改善前", "second_name": "示例改善后"}
_VALUES = "10.2 10.5 9.8 10.1 10.3 9.9 10.0 10.4 10.1 9.7 10.2 10.0 9.9 10.1 10.6 10.3 9.8 10.2 10.0 10.1 "
_VALUES += "9.6 10.4 10.2 10.1 9.9 10.0 10.3 10.1 10.2 9.8 10.5 10.0 10.1 9.9 10.2 10.7 9.5 10.1 10.0 10.3"
_CAUSES = [
    ("1", "equipment", "空压机空载运行时间长", "", False),
    ("2", "equipment", "没有联控系统", "1", True),
    ("3", "equipment", "冷却器结垢", "", False),
    ("4", "control", "供气压力设定偏高", "", False),
    ("5", "control", "末端压力未监测", "4", True),
    ("6", "management", "查漏没有制度", "", True),
    ("7", "staff", "不了解漏气成本", "", False),
    ("8", "technology", "吹扫用气未改用低压风", "", False),
    ("9", "materials", "密封件材质不合适", "", False),
    ("10", "materials", "采购只比价格", "9", False),
]
_BONES = {
    "equipment": "Equipment",
    "control": "Process control",
    "management": "Management",
    "staff": "Staff",
    "technology": "Technology and process",
    "materials": "Raw materials and energy",
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "check_sheet": {
        "columns": "周一,周二,周三,周四,周五",
        "rows": [
            {"label": "接头漏气", "counts": "5 3 4 6 2"},
            {"label": "软管破损", "counts": "1 0 2 1 1"},
            {"label": "阀门内漏", "counts": "2 2 1 0 3"},
        ],
    },
    "pareto": {
        "unit": "m³/h",
        "rows": [
            {"label": "接头漏气", "amount": "86"},
            {"label": "阀门内漏", "amount": "41"},
            {"label": "软管破损", "amount": "17"},
            {"label": "排水器", "amount": "9"},
            {"label": "其他", "amount": "12", "other": True},
        ],
    },
    "histogram": {"unit": "mm", "values": _VALUES, "lower": "9.4", "upper": "10.8"},
    "run": {"unit": "kWh/t", "values": "52 54 51 55 53 52 56 54 48 47 46 47 45 46 44 45"},
    "control_xmr": {"unit": "L/min", "values": NIST_FLOW + " 59.0 52.1 51.8"},
    "control_xbar": {
        "unit": "mm",
        "rows": [{"label": f"{n + 1}", "values": r} for n, r in enumerate(PISTON_RINGS)],
    },
    "control_p": {"rows": [{"label": f"{n + 1}", "size": 50, "count": c} for n, c in enumerate(JUICE_CANS)]},
    "control_u": {
        "rows": [
            {"label": f"第{n + 1}班", "size": 5 + n % 3, "count": c} for n, c in enumerate(JUICE_CANS[:12])
        ]
    },
    "scatter": {"x_name": "产量 (t)", "y_name": "用电 (MWh)", "x": ANSCOMBE[0], "y": ANSCOMBE[1]},
    "radar": {
        "rows": [
            {"label": "QC 知识", "before": "2.5", "target": "4", "after": "4.2"},
            {"label": "团队精神", "before": "3.2", "target": "4", "after": "4.5"},
            {"label": "质量意识", "before": "3", "target": "4", "after": "4"},
            {"label": "改进意识", "before": "2.8", "target": "4.2", "after": "4.4"},
            {"label": "个人能力", "before": "3.1", "target": "4", "after": "3.9"},
        ]
    },
    "board": {
        "question": "怎样减少清洗用水？",
        "ideas": [
            {"text": "逆流漂洗", "group": "工艺", "votes": 6},
            {"text": "喷淋代替浸洗", "group": "工艺", "votes": 4},
            {"text": "末级水回用到首级", "group": "回用", "votes": 7},
            {"text": "冷却水收集", "group": "回用", "votes": 2},
            {"text": "下班关总阀", "group": "管理", "votes": 3},
            {"text": "每槽装水表 & 公示 <周报>", "group": "管理", "votes": 1},
            {"text": "换无磷清洗剂"},
        ],
    },
    "fishbone": {
        "problem": "压缩空气单位电耗高",
        "causes": [
            {"key": k, "category": _BONES[c], "text": t, "parent": p, "main": m} for k, c, t, p, m in _CAUSES
        ],
    },
    "tree": {
        "goal": "单位产品用水下降 15 %",
        "rows": [
            {"key": "1", "text": "少用"},
            {"key": "2", "text": "回用"},
            {"key": "11", "text": "逆流漂洗", "parent": "1", "chosen": True},
            {"key": "12", "text": "喷淋代替浸洗", "parent": "1"},
            {
                "key": "21",
                "text": "末级水回用到首级漂洗槽，并加装电导率自动控制阀",
                "parent": "2",
                "chosen": True,
            },
            {"key": "22", "text": "冷却水收集", "parent": "2"},
            {"key": "221", "text": "做清洗水", "parent": "22"},
            {"key": "222", "text": "做绿化水", "parent": "22"},
        ],
    },
    "relations": {
        "factors": [
            {"key": k, "text": t}
            for k, t in (
                ("A", "没有标准"),
                ("B", "培训不足"),
                ("C", "操作不一致"),
                ("D", "参数波动"),
                ("E", "返工多"),
                ("F", "单耗高"),
                ("G", "设备点检不到位"),
            )
        ],
        "arrows": [
            {"cause": c, "effect": e} for c, e in ("AB", "AC", "AG", "BC", "CD", "DE", "EF", "GD", "DF")
        ],
    },
    "five_whys": {
        "problem": "反应釜夹套蒸汽用量升高",
        "whys": [
            {"answer": "疏水阀漏汽", "evidence": "红外测温 2026-03-02，阀后 138 ℃", "verdict": "confirmed"},
            {"answer": "阀芯磨损", "evidence": "拆检照片", "verdict": "confirmed"},
            {"answer": "没有定期检查", "evidence": "近两年无点检记录", "verdict": "confirmed"},
            {"answer": "点检表里没有疏水阀", "verdict": "open"},
        ],
    },
    "two_samples": {"unit": "h", "method": "paired", "first": SLEEP[0], "second": SLEEP[1], **NAMES},
    "two_shares": {"first_count": 45, "first_size": 150, "second_count": 20, "second_size": 150, **NAMES},
    "ranking": {
        "criteria": [
            {"label": name, "weight": w}
            for name, w in (("废弃物量", 10), ("环境代价", 8), ("清洁生产潜力", 6), ("车间积极性", 3))
        ],
        "candidates": [
            {"label": "示例一车间", "ratings": "10 5 6 5"},
            {"label": "示例二车间", "ratings": "6 10 10 10"},
            {"label": "示例三车间", "ratings": "4 8 8 7"},
        ],
    },
    "orthogonal": {
        "array": "L9",
        "response": "转化率",
        "unit": "%",
        "factors": [
            {"label": "温度", "column": 1, "levels": "80 ℃,85 ℃,90 ℃"},
            {"label": "时间", "column": 2, "levels": "90,120,150"},
            {"label": "用碱量", "column": 3, "levels": "5 %,6 %,7 %"},
        ],
        "trials": [{"values": [value]} for value in CONVERSION],
    },
    "pdpc": {
        "goal": "按期完成热泵改造",
        "rows": [
            {"key": "1", "kind": "step", "text": "设备招标"},
            {"key": "2", "kind": "risk", "text": "流标", "parent": "1"},
            {"key": "3", "kind": "countermeasure", "text": "邀请三家询比", "parent": "2", "feasible": True},
            {"key": "4", "kind": "countermeasure", "text": "直接采购", "parent": "2", "feasible": False},
            {"key": "5", "kind": "step", "text": "停产安装"},
            {"key": "6", "kind": "risk", "text": "停产窗口取消", "parent": "5"},
            {"key": "7", "kind": "countermeasure", "text": "分两段利用周末安装", "parent": "6"},
        ],
    },
    "gantt": {
        "as_of": "2026-05-20",
        "rows": [
            {
                "label": "现状调查",
                "who": "示例甲",
                "starts_on": "2026-03-01",
                "ends_on": "2026-03-20",
                "began_on": "2026-03-01",
                "done_on": "2026-03-18",
            },
            {
                "label": "原因分析",
                "starts_on": "2026-03-21",
                "ends_on": "2026-04-10",
                "began_on": "2026-03-21",
                "done_on": "2026-04-15",
            },
            {
                "label": "对策实施",
                "starts_on": "2026-04-11",
                "ends_on": "2026-06-10",
                "began_on": "2026-04-16",
            },
            {"label": "效果检查", "starts_on": "2026-06-11", "ends_on": "2026-07-10"},
        ],
    },
    "arrow": {
        "rows": [
            {"key": "A", "text": "方案设计", "days": 5},
            {"key": "B", "text": "采购设备", "days": 20, "after": "A"},
            {"key": "C", "text": "土建基础", "days": 8, "after": "A"},
            {"key": "D", "text": "操作培训", "days": 3, "after": "A"},
            {"key": "E", "text": "安装", "days": 6, "after": "B, C"},
            {"key": "F", "text": "调试验收", "days": 4, "after": "D,E"},
        ]
    },
    "photos": {
        "pairs": [
            {
                "place": "示例清洗间",
                "before_file": 11,
                "after_file": 12,
                "before_on": "2026-03-02",
                "after_on": "2026-06-30",
            }
        ]
    },
}
