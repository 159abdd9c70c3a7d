"""The savings of a result in its documents: amounts, chart, factors, signatures, how each was computed."""

from collections.abc import Sequence

from cp_circles.errors import msg
from cp_circles.results.documents.blocks import NOTHING, Block, Chapter, chart_block, clean, table_block
from cp_circles.results.documents.words import Words
from cp_circles.results.reported_savings import ReportSaving


def saving_chapter(place: int, saving: ReportSaving, words: Words) -> Chapter:
    """One saving with its figures, its run chart, its factors and who signed it."""
    say = words.say
    title = say(msg("Saving: %(name)s"), name=saving.name)
    blocks = [Block("facts", rows=_saving_facts(saving, words))]
    if saving.provisional:
        blocks.append(Block("note", say(msg("Provisional: a factor or method behind it is not confirmed."))))
    if saving.claimed:
        blocks.append(_amounts(saving, words))
    else:
        blocks.append(Block("note", say(msg("The readings do not carry this saving yet."))))
    blocks += _side_effects(saving, words)
    if saving.chart:
        blocks.append(chart_block(saving.chart, words.unit(saving.unit)))
    if saving.factors:
        blocks.append(_factors(saving, words))
    blocks += _signatures(saving, words)
    return Chapter(f"saving_{place}", clean(title), f"r-saving-{place}", blocks)


def _saving_facts(saving: ReportSaving, words: Words) -> list[tuple[str, str]]:
    say = words.say
    names = (say(msg("Baseline")), say(msg("Reporting period")))
    rows = [
        (name, f"{words.date(first)} – {words.date(last)}")
        for name, (first, last) in zip(names, saving.periods, strict=True)
    ]
    rows += [(say(msg("State")), words.label(saving.state))]
    rows += [(say(msg("Meter")), clean(saving.meter))] if saving.meter else []
    rows.append((say(msg("Computed by")), _computed_by(saving, words)))
    if saving.percent is not None:
        rows.append((say(msg("Saving rate")), f"{words.number(saving.percent)} %"))
    return [*rows, (say(msg("Note")), clean(saving.note))] if saving.note else rows


def _computed_by(saving: ReportSaving, words: Words) -> str:
    """A saving's claim and method, with where the document lists them."""
    say = words.say
    parts = [claim_words(saving, words), say(saving.method) if saving.method else "", saving.method_version]
    told = " · ".join(part for part in parts if part and part != NOTHING)
    return f"{told or NOTHING} ({say(msg('see How the figures were computed'))})"


def _amounts(saving: ReportSaving, words: Words) -> Block:
    say, verified = words.say, saving.verified or {}
    claimed = saving.claimed or {}
    columns = [(say(msg("Amount")), False), (say(msg("Claimed")), True), (say(msg("Verified")), True)]
    rows = [
        [label, words.quantity(claimed.get(name), unit), words.quantity(verified.get(name), unit)]
        for label, name, unit in (
            (say(msg("Quantity")), "quantity", saving.unit),
            (say(msg("Standard coal")), "kgce", "kgce"),
            (say(msg("CO2 equivalent")), "kgco2e", "kgCO2e"),
        )
    ]
    rows += [
        [label, words.yuan(claimed.get(name)), words.yuan(verified.get(name))]
        for label, name in (
            (say(msg("Direct benefit")), "direct_yuan"),
            (say(msg("Indirect benefit")), "indirect_yuan"),
        )
    ]
    forecast = f"{say(msg('Forecast benefit'))} ({say(msg('never counted'))})"
    return table_block("", columns, [*rows, [forecast, words.yuan(claimed.get("forecast_yuan")), NOTHING]])


def _side_effects(saving: ReportSaving, words: Words) -> list[Block]:
    """What the saving costs elsewhere, each column in one unit so that it adds up as it stands."""
    if not saving.side_effects:
        return []
    say = words.say
    columns = [
        (say(msg("Medium")), False),
        (say(msg("How much more")), True),
        (say(msg("Quantity")), True),
        (say(msg("Standard coal")), True),
        (say(msg("CO2 equivalent")), True),
        (say(msg("Money (yuan)")), True),
    ]
    rows = [
        [
            " · ".join(part for part in (row.label, row.note) if part),
            f"+{words.quantity(row.more, row.unit)}" if row.more is not None else NOTHING,
            *(
                NOTHING
                if (amount := row.amounts[name]) is None
                else f"{words.number(amount)} {words.unit(unit)}"
                for name, unit in (("quantity", saving.unit), ("kgce", "kgce"), ("kgco2e", "kgCO2e"))
            ),
            NOTHING if (money := row.amounts["yuan"]) is None else words.number(money),
        ]
        for row in saving.side_effects
    ]
    return [
        table_block(say(msg("Side effects")), columns, rows),
        Block("note", say(msg("The claimed and verified amounts are what is left after the side effects."))),
    ]


def _factors(saving: ReportSaving, words: Words) -> Block:
    say = words.say
    columns = [
        (say(msg("Factor")), False),
        (say(msg("Value")), True),
        (say(msg("Standard")), False),
        (say(msg("Source")), False),
        (say(msg("Confidence")), False),
    ]
    rows = [
        [
            row["name"],
            f"{words.number(row['value'])} {row['unit']}/{row['per_unit']}",
            f"{say(row['standard'])} {row['edition']}".strip(),
            say(row["source"]) if row["source"] else NOTHING,
            row["confidence"],
        ]
        for row in saving.factors
    ]
    return table_block(say(msg("Factors used")), columns, rows)


def _signatures(saving: ReportSaving, words: Words) -> list[Block]:
    say = words.say
    if not saving.signatures:
        return [Block("note", say(msg("Nobody has signed this saving.")))]
    columns = [
        (say(msg("Verified as")), False),
        (say(msg("Signed by")), False),
        (say(msg("Quantity")), True),
        (say(msg("Direct benefit")), True),
        (say(msg("Time")), False),
        (say(msg("SHA-256")), False),
    ]
    rows = [
        [
            words.label(row["role"]),
            row["signer"] or NOTHING,
            words.quantity(row["amounts"]["quantity"], saving.unit),
            words.yuan(row["amounts"]["direct_yuan"]),
            words.moment(row["at"]),
            row["sha256"][:16] or NOTHING,
        ]
        for row in saving.signatures
    ]
    reasons = [
        Block("note", clean(f"{words.label(row['role'])}: {row['reason']}"))
        for row in saving.signatures
        if row["reason"]
    ]
    return [table_block(say(msg("Signatures")), columns, rows), *reasons]


def origin_chapters(savings: Sequence[ReportSaving], words: Words) -> list[Chapter]:
    """How each number of a saving can be computed again: claim, method and its version, factor editions."""
    if not savings:
        return []
    say = words.say
    columns = [
        (say(msg("No.")), True),
        (say(msg("Saving")), False),
        (say(msg("Claim")), False),
        (say(msg("Method")), False),
        (say(msg("Method version")), False),
        (say(msg("SHA-256")), False),
    ]
    rows = [
        [
            str(place),
            saving.name,
            claim_words(saving, words),
            say(saving.method) if saving.method else NOTHING,
            saving.method_version or NOTHING,
            saving.claim_sha256 or NOTHING,
        ]
        for place, saving in enumerate(savings, start=1)
    ]
    blocks = [
        Block("note", say(msg("Every amount of a saving comes from its claim: its readings and factors were "
                              "frozen with it, and the platform computes it again from them."))),
        table_block(say(msg("Claims behind the figures")), columns, rows),
        *_factor_editions(savings, words),
    ]  # fmt: skip
    return [Chapter("origins", say(msg("How the figures were computed")), "r-origins", blocks)]


def claim_words(saving: ReportSaving, words: Words) -> str:
    """The number of a saving's claim, or that there is none yet."""
    if saving.claim_number is None:
        return words.say(msg("not claimed yet")) if not saving.claim_sha256 else NOTHING
    return words.say(msg("Claim %(number)s"), number=saving.claim_number)


def _factor_editions(savings: Sequence[ReportSaving], words: Words) -> list[Block]:
    say = words.say
    rows = [
        [
            str(place),
            factor["name"],
            f"{words.number(factor['value'])} {factor['unit']}/{factor['per_unit']}",
            f"{say(factor['standard'])} {factor['edition']}".strip(),
            factor.get("id") or NOTHING,
        ]
        for place, saving in enumerate(savings, start=1)
        for factor in saving.factors
    ]
    columns = [
        (say(msg("No.")), True),
        (say(msg("Factor")), False),
        (say(msg("Value")), True),
        (say(msg("Standard and edition")), False),
        (say(msg("Row of the factor pack")), False),
    ]
    return [table_block(say(msg("Factors and their editions")), columns, rows)] if rows else []
