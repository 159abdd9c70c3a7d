"""The accounts of the demo that a visitor is shown: one for every role."""

from dataclasses import dataclass

from cp_circles.demo.world import PASSWORD


@dataclass(frozen=True)
class DemoAccount:
    """Who to sign in as, in both languages, and with which address."""

    role_zh: str
    role_en: str
    address: str


ACCOUNTS = (
    DemoAccount("小组组长（课题进行中）", "circle leader, project under way", "leader02.jsa@demo.example"),
    DemoAccount("小组成员", "circle member", "member02.jsa@demo.example"),
    DemoAccount("小组组长（成果参评中）", "circle leader, result being judged", "leader01.jsa@demo.example"),
    DemoAccount("推进者", "facilitator", "facilitator.jsa@demo.example"),
    DemoAccount("清洁生产管理部门", "department", "department.jsa@demo.example"),
    DemoAccount("工序负责人", "process owner", "process_owner.jsa@demo.example"),
    DemoAccount("计量核实人", "metering verifier", "metering.jsa@demo.example"),
    DemoAccount("财务核实人", "finance verifier", "finance.jsa@demo.example"),
    DemoAccount("第三方核实人", "third-party verifier", "third_party.jsa@demo.example"),
    DemoAccount("评委", "judge", "judge01@demo.example"),
    DemoAccount("县级主管", "official of a county", "official.jsa-county@demo.example"),
    DemoAccount("市级主管", "official of a city", "official.js1@demo.example"),
    DemoAccount("省级主管（评分中）", "official of a province (scoring)", "official.js@demo.example"),
    DemoAccount("省级主管（公示中）", "official of a province (publicity)", "official.zj@demo.example"),
    DemoAccount("国家级主管", "official of the nation", "official.nation@demo.example"),
    DemoAccount("平台管理员", "administrator", "admin@demo.example"),
)


def account_table() -> str:
    """The accounts as aligned lines, with the password they share."""
    wide = max(len(row.address) for row in ACCOUNTS)
    lines = [f"  {row.address:<{wide}}  {row.role_zh} / {row.role_en}" for row in ACCOUNTS]
    return "\n".join([*lines, f"  密码 / password: {PASSWORD}"])
