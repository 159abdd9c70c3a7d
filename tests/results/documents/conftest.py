"""Packages and words with which documents are tested, without an application or a database."""

from typing import Any

import pytest

from cp_circles.results.documents.words import Words


class PlainWords:
    """English words and bare values: what stands in a document is then the package's own text."""

    locale = "en"

    def say(self, msgid: str, **values: Any) -> str:
        """The message itself."""
        return msgid % values if values else msgid

    def number(self, value: Any) -> str:
        """The digits."""
        return "–" if value is None else str(value)

    def quantity(self, value: Any, unit: str) -> str:
        """The digits and the unit."""
        return "–" if value is None else f"{value} {unit}"

    def yuan(self, value: Any) -> str:
        """The digits."""
        return "–" if value is None else f"CNY {value}"

    def unit(self, unit: str) -> str:
        """The unit."""
        return unit

    def date(self, value: Any) -> str:
        """The stored text."""
        return str(value or "–")

    def moment(self, value: Any) -> str:
        """The stored text."""
        return str(value or "–")

    def label(self, value: str) -> str:
        """The stored word."""
        return value


@pytest.fixture
def words() -> Words:
    """Plain words."""
    return PlainWords()


def saving(**given: Any) -> dict[str, Any]:
    """A verified saving of 126,000 kWh as a package holds it."""
    amounts = {"quantity": "126000", "kgce": "15485.4", "kgco2e": "67649.4", "direct_yuan": "94500"}
    row = {"quantity": "100000", "production": "1000"}
    return {
        "indicator": "单位产品电耗", "names": None, "code": "electricity", "meter": "空压站总表",
        "method": "plain_difference", "state": "verified", "share": "1", "adjustment": "0",
        "adjustment_note": "", "money_note": "", "currency": "CNY", "unit": "kWh",
        "baseline": {"from": "2024-01-01", "to": "2024-01-31",
                     "rows": [{**row, "from": "2024-01-01", "to": "2024-01-31"}]},
        "reporting": {"from": "2025-01-01", "to": "2025-01-31",
                      "rows": [{**row, "quantity": "92000", "from": "2025-01-01", "to": "2025-01-31"}]},
        "percent": "8", "claimed": {**amounts, "indirect_yuan": "0", "forecast_yuan": "30000"},
        "verified": {**amounts, "indirect_yuan": "0"}, "claim_sha256": "c" * 64, "provisional": False,
        "factors": [],
        "signatures": [{"role": "finance", "signer": "钱示例", "amounts": amounts, "reason": "",
                        "at": "2025-02-07T01:00:00+00:00", "sha256": "ab12" * 16}],
    } | given  # fmt: skip


def package(**given: Any) -> dict[str, Any]:
    """A small package of one step, one saving and one piece of evidence."""
    field = {
        "key": "text",
        "names": {"zh": "现状", "en": "State"},
        "type": "long_text",
        "unit": "",
        "choices": {},
    }
    number = {
        "key": "share",
        "names": {"zh": "占比", "en": "Share"},
        "type": "number",
        "unit": "%",
        "choices": {},
    }
    record = {"kind": "state", "names": {"zh": "现状表", "en": "State table"}, "fields": [field, number],
              "rows": [{"text": "泄漏占 12.5 kWh/t", "share": "63"}]}  # fmt: skip
    piece = {"title": "铭牌照片", "filename": "铭牌.png", "sha256": "e5" * 32, "step_key": "topic",
             "effective_on": "2025-01-05", "version": 1, "size": 10}  # fmt: skip
    step = {"key": "topic", "number": "1", "phase": {"key": "plan", "zh": "计划", "en": "Plan"},
            "names": {"zh": "选择课题", "en": "Choose the topic"}, "state": "complete", "reason": "",
            "completed_on": None, "signed_off_on": None, "records": [record], "evidence": [piece]}  # fmt: skip
    totals = {"kgce": "15485.4", "kgco2e": "67649.4", "direct_yuan": "94500", "indirect_yuan": "0",
              "forecast_yuan": "30000", "claimed_kgce": "15485.4", "claimed_kgco2e": "67649.4",
              "claimed_direct_yuan": "94500", "currency": "CNY"}  # fmt: skip
    indicator = {"name": "单位产品电耗", "code": "electricity", "unit": "kWh/t", "baseline": "100", "target": "90",
                 "actual": "92", "due_on": "2025-06-30", "lower_is_better": True}  # fmt: skip
    names = {"zh": "问题解决型", "en": "Problem solving"}
    return {
        "edition": 1, "title": "空压站节电", "summary": "节电 12.6万 kWh。", "intangible": "士气提高",
        "circle": {"id": 1, "name": "蓝焰小组", "number": "A-1", "members": ["甲示例", "乙示例"]},
        "company": {"id": 1, "name": "示例化工", "name_en": "", "region": "示例县"},
        "project": {"number": "A-1-01", "title": "空压站节电", "focus_area": "", "domain": "energy",
                    "method": {"key": "m", "edition": "2020", "names": names, "track": "t", "provisional": False},
                    "starts_on": "2025-01-01", "ends_on": "2025-06-30", "reason": "电耗高",
                    "investment_yuan": "5000", "loop": 1},
        "indicators": [indicator], "steps": [step], "savings": [saving()], "evidence": [piece],
        "activities": [{"held_on": "2025-01-08", "minutes": 60, "place": "", "step_key": "topic",
                        "summary": "讨论", "attended": ["甲示例"]}],
        "totals": totals,
    } | given  # fmt: skip
