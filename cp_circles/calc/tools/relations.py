"""Interrelation diagram: causes that cross, with the arrows in and out of each."""

from dataclasses import dataclass

from pydantic import Field

from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import Fact, Given, Line, Result, Tool, refuse, refuse_doubles
from cp_circles.errors import msg


class Factor(Given):
    """One factor of the diagram."""

    key: Line = Field(title=msg("Number"))
    text: Line = Field(title=msg("Influencing factor"))


class Arrow(Given):
    """One factor causes another."""

    cause: Line = Field(title=msg("Cause (number)"))
    effect: Line = Field(title=msg("Effect (number)"))


class RelationInputs(Given):
    """Factors and the arrows between them."""

    factors: tuple[Factor, ...] = Field(min_length=3, max_length=16, title=msg("Influencing factors"))
    arrows: tuple[Arrow, ...] = Field(min_length=2, max_length=80, title=msg("Arrows"))


@dataclass(frozen=True, kw_only=True)
class RelationResult(Result):
    """Arrows in and out by key; the key causes lead the most elsewhere, the key effects receive the most."""

    into: dict[str, int]
    out: dict[str, int]
    key_causes: tuple[str, ...]
    key_effects: tuple[str, ...]


def compute(inputs: RelationInputs) -> RelationResult:
    """Count the arrows; a key cause has the most arrows out, at least two and more than in."""
    refuse_doubles([factor.key for factor in inputs.factors], "factors")
    names = {factor.key: factor.text for factor in inputs.factors}
    into, out = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    drawn: set[tuple[str, str]] = set()
    for place, arrow in enumerate(inputs.arrows):
        _check(arrow, names, drawn, f"arrows.{place}")
        drawn.add((arrow.cause, arrow.effect))
        out[arrow.cause] += 1
        into[arrow.effect] += 1
    causes = _most(out, into)
    effects = _most(into, out)
    if causes:
        text = msg("The key cause is %(names)s, with %(count)s arrows leading out.")
        listed = "；".join(names[key] for key in causes)
        answer = Reason(text, {"names": listed, "count": out[causes[0]]})
    else:
        answer = Reason(msg("No factor stands out as the key cause; draw the arrows anew together."))
    alone = [key for key in names if not into[key] and not out[key]]
    notes = tuple(
        Reason(
            msg("No arrow touches “%(name)s”; connect it or leave it out."), {"name": names[key]}, "factors"
        )
        for key in alone
    )
    facts = (Fact(msg("Influencing factors"), len(names)), Fact(msg("Arrows"), len(drawn)))
    return RelationResult(
        answer=answer, facts=facts, notes=notes, into=into, out=out, key_causes=causes, key_effects=effects
    )


def _check(arrow: Arrow, names: dict[str, str], drawn: set[tuple[str, str]], field: str) -> None:
    for end in (arrow.cause, arrow.effect):
        if end not in names:
            raise refuse(
                msg("The arrow touches %(key)s, which is no factor; correct the number."), field, key=end
            )
    if arrow.cause == arrow.effect:
        raise refuse(msg("The arrow leads from %(key)s to itself; remove it."), field, key=arrow.cause)
    if (arrow.cause, arrow.effect) in drawn:
        raise refuse(msg("This arrow stands twice; remove one."), field)
    if (arrow.effect, arrow.cause) in drawn:
        raise refuse(msg("Two arrows lead both ways between two factors; keep the stronger one."), field)


def _most(counts: dict[str, int], others: dict[str, int]) -> tuple[str, ...]:
    fitting = {key: n for key, n in counts.items() if n >= 2 and n > others[key]}
    top = max(fitting.values(), default=0)
    return tuple(key for key, n in fitting.items() if n == top)


TOOL = Tool(
    "relations",
    msg("Interrelation diagram"),
    msg("Draws which factor causes which where causes cross, and finds the one that drives the others."),
    RelationInputs,
    compute,
)
