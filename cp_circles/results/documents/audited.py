"""The savings and effects of several results as an auditor asks for them: amounts, origin, signatures."""

from collections.abc import Iterator, Sequence
from typing import Any

from cp_circles.errors import msg
from cp_circles.results.documents.adding import Line
from cp_circles.results.documents.blocks import NOTHING, Block, clean, table_block
from cp_circles.results.documents.words import Words
from cp_circles.results.report import Report
from cp_circles.results.reported_savings import METHODS


def blank(words: Words, what: str = "") -> str:
    """The mark of a field that people must fill in."""
    filled = words.say(msg("to fill in"))
    return f"【{filled}: {clean(what)}】" if what else f"【{filled}】"


def saving_blocks(lines: Sequence[Line], words: Words) -> list[Block]:
    """Three tables of the same numbers of rows: what was saved, where it comes from, who signed it."""
    say = words.say
    rows = list(_signature_rows(lines, words))
    signed = table_block(say(msg("Who verified the savings")), _signature_columns(words), rows)
    return [
        table_block(say(msg("Savings and whether they are added")), saving_columns(words),
                    saving_rows(lines, words)),
        table_block(say(msg("Where the savings come from")), _origin_columns(words), _origins(lines, words)),
        signed if rows else Block("note", say(msg("Nobody has signed a saving of these results."))),
    ]  # fmt: skip


def saving_columns(words: Words) -> list[tuple[str, bool]]:
    """The columns of the table of savings."""
    say = words.say
    return [
        (say(msg("No.")), True),
        (say(msg("Result")), False),
        (say(msg("Indicator")), False),
        (say(msg("Quantity")), True),
        (say(msg("Standard coal")), True),
        (say(msg("CO2 equivalent")), True),
        (say(msg("Direct benefit")), True),
        (say(msg("In the sum")), False),
    ]


def saving_rows(lines: Sequence[Line], words: Words) -> list[list[str]]:
    """The verified savings as finished rows; what is not verified shows no amount."""
    rows = []
    for number, line in enumerate(lines, start=1):
        saving, verified = line.saving, line.saving["verified"] or {}
        rows.append(
            [
                str(number),
                clean(line.result),
                clean(name_of(line, words)),
                words.quantity(exact(verified.get("quantity")), saving["unit"]),
                words.quantity(exact(verified.get("kgce")), "kgce"),
                words.quantity(exact(verified.get("kgco2e")), "kgCO2e"),
                words.yuan(line.amount("direct_yuan")),
                verdict_of(line, words),
            ]
        )
    return rows


def name_of(line: Line, words: Words) -> str:
    """What was saved, in the reader's language where it is an indicator of the catalogue."""
    saving = line.saving
    is_coded = saving["indicator"] == saving["code"] and saving.get("names")
    return str(
        saving["names"]["en" if words.locale.startswith("en") else "zh"] if is_coded else saving["indicator"]
    )


def exact(value: Any) -> Any:
    """A stored amount, or None for an empty one."""
    return None if value in (None, "") else value


def verdict_of(line: Line, words: Words) -> str:
    """Whether a saving is in the sum, or why not."""
    if line.is_added:
        return words.say(msg("yes"))
    if not line.is_verified:
        return words.say(msg("no: not verified"))
    return words.say(msg("no: overlaps number %(number)s"), number=line.overlaps)


def method_of(line: Line, words: Words) -> str:
    """The way in which a saving was computed."""
    name = METHODS.get(line.saving["method"], "")
    return words.say(name) if name else NOTHING


def _origin_columns(words: Words) -> list[tuple[str, bool]]:
    say = words.say
    return [
        (say(msg("No.")), True),
        (say(msg("Meter")), False),
        (say(msg("Baseline")), False),
        (say(msg("Reporting period")), False),
        (say(msg("Method")), False),
        (say(msg("Share")), True),
        (say(msg("Method version")), False),
        (say(msg("SHA-256")), False),
    ]


def _origins(lines: Sequence[Line], words: Words) -> list[list[str]]:
    rows = []
    for number, line in enumerate(lines, start=1):
        saving = line.saving
        claim = saving.get("claim") or {}
        periods = [
            f"{words.date(saving[side]['from'])} – {words.date(saving[side]['to'])}"
            for side in ("baseline", "reporting")
        ]
        rows.append(
            [
                str(number),
                saving["meter"] or blank(words, words.say(msg("Meter"))),
                *periods,
                method_of(line, words),
                words.number(saving["share"]),
                claim.get("method_version") or NOTHING,
                saving["claim_sha256"][:16] or NOTHING,
            ]
        )
    return rows


def _signature_columns(words: Words) -> list[tuple[str, bool]]:
    say = words.say
    return [
        (say(msg("No.")), True),
        (say(msg("Verified as")), False),
        (say(msg("Signed by")), False),
        (say(msg("Quantity")), True),
        (say(msg("Direct benefit")), True),
        (say(msg("Reason")), False),
        (say(msg("Time")), False),
    ]


def _signature_rows(lines: Sequence[Line], words: Words) -> Iterator[list[str]]:
    for number, line in enumerate(lines, start=1):
        for row in line.saving["signatures"]:
            yield [
                str(number),
                words.label(row["role"]),
                row["signer"] or NOTHING,
                words.quantity(exact(row["amounts"].get("quantity")), line.saving["unit"]),
                words.yuan(exact(row["amounts"].get("direct_yuan"))),
                row["reason"] or NOTHING,
                words.moment(row["at"]),
            ]


def effect_blocks(reports: Sequence[Report], words: Words) -> list[Block]:
    """The effects without money of all results; signed ones with their signer."""
    say = words.say
    columns = [
        (say(msg("Result")), False),
        (say(msg("What became better")), False),
        (say(msg("How it was shown")), False),
        (say(msg("What shows it")), False),
        (say(msg("Signed by the department")), False),
    ]
    rows = [
        [
            report.package["title"],
            row["text"],
            row["way"],
            row["shown_by"],
            row["signer"] if row["state"] == "confirmed" else say(msg("Waits for the department")),
        ]
        for report in reports
        for row in report.effects
    ]
    return [table_block("", columns, rows)] if rows else []
