"""Trees of thought: fishbone, tree (systematic) diagram, PDPC and the chain of five whys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import Field

from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import Fact, Given, Line, Result, Tool, Words, refuse, refuse_doubles
from cp_circles.errors import msg

SIX_M = (
    msg("Operators"),
    msg("Machines"),
    msg("Materials"),
    msg("Working methods"),
    msg("Surroundings"),
    msg("Measurement"),
)
EIGHT_ASPECTS = (
    msg("Raw materials and energy"),
    msg("Technology and process"),
    msg("Equipment"),
    msg("Process control"),
    msg("Product"),
    msg("Waste"),
    msg("Management"),
    msg("Staff"),
)
FRAMES = {"six_m": SIX_M, "eight_aspects": EIGHT_ASPECTS, "own": ()}
LEVELS = 6


class Node(Protocol):
    """A row that hangs below another one."""

    @property
    def key(self) -> str:
        """Its name among the rows."""

    @property
    def parent(self) -> str:
        """The key it hangs below; empty for one at the root."""


class Bone(Given):
    """One cause: its bone, the cause it explains (empty: the bone itself), and whether it is a main cause."""

    key: Line = Field(title=msg("Number"))
    category: Line = Field(title=msg("Bone"), description=msg("One of the chosen frame, or your own."))
    text: Line = Field(title=msg("Cause"))
    parent: str = Field(default="", max_length=200, title=msg("Explains number"))
    main: bool = Field(default=False, title=msg("Main cause"))


class FishboneInputs(Given):
    """The problem, the frame of bones, and the causes."""

    problem: Line = Field(title=msg("Problem or crux"))
    frame: Literal["six_m", "eight_aspects", "own"] = Field(default="eight_aspects", title=msg("Bones"))
    causes: tuple[Bone, ...] = Field(min_length=1, max_length=80, title=msg("Causes"))


class TreeRow(Given):
    """One element of a tree."""

    key: Line = Field(title=msg("Number"))
    text: Line = Field(title=msg("Text"))
    parent: str = Field(default="", max_length=200, title=msg("Below number"))
    chosen: bool = Field(default=False, title=msg("Chosen"))


class TreeInputs(Given):
    """The goal or problem and its branches."""

    goal: Line = Field(title=msg("Goal or problem"))
    rows: tuple[TreeRow, ...] = Field(min_length=1, max_length=100, title=msg("Branches"))


class PdpcRow(Given):
    """One element: a step, what may go wrong at it, or the countermeasure to that."""

    key: Line = Field(title=msg("Number"))
    kind: Literal["step", "risk", "countermeasure"] = Field(title=msg("Kind"))
    text: Line = Field(title=msg("Text"))
    parent: str = Field(default="", max_length=200, title=msg("Below number"))
    feasible: bool | None = Field(default=None, title=msg("Feasible"))


class PdpcInputs(Given):
    """The goal, the steps to it, what may go wrong, and what is then done."""

    goal: Line = Field(title=msg("Goal"))
    rows: tuple[PdpcRow, ...] = Field(
        min_length=1, max_length=100, title=msg("Steps, risks, countermeasures")
    )


class Why(Given):
    """One answer to why, with its evidence and verdict."""

    answer: Line = Field(title=msg("Because"))
    evidence: Words = Field(default="", title=msg("Evidence"))
    verdict: Literal["confirmed", "refuted", "open"] = Field(default="open", title=msg("Verdict"))


class WhysInputs(Given):
    """The problem and the chain of answers, each the reason of the one before."""

    problem: Line = Field(title=msg("Problem"))
    whys: tuple[Why, ...] = Field(min_length=1, max_length=7, title=msg("Why, and why again"))


@dataclass(frozen=True, kw_only=True)
class TreeResult(Result):
    """`children` by key (the root is the empty text), end keys in order of drawing."""

    children: dict[str, tuple[str, ...]]
    ends: tuple[str, ...]


def branches(rows: Sequence[Node], field: str) -> TreeResult:
    """The tree that the rows make; Refused for an unknown parent, a circle or too many levels."""
    refuse_doubles([row.key for row in rows], field)
    parents = {row.key: row.parent for row in rows}
    for place, row in enumerate(rows):
        if row.parent and row.parent not in parents:
            text = msg("“%(name)s” hangs below %(parent)s, which is not there; correct the number.")
            raise refuse(text, f"{field}.{place}.parent", name=row.key, parent=row.parent)
        _climb(row.key, parents, f"{field}.{place}.parent")
    children: dict[str, tuple[str, ...]] = {}
    for row in rows:
        children[row.parent] = (*children.get(row.parent, ()), row.key)
    ends = tuple(key for key in walk(children) if key not in children)
    return TreeResult(answer=Reason(""), children=children, ends=ends)


def _climb(key: str, parents: dict[str, str], field: str) -> None:
    at, steps = key, 0
    while parents[at]:
        at, steps = parents[at], steps + 1
        if at == key or steps > len(parents):
            raise refuse(msg("“%(name)s” hangs below itself; break the circle."), field, name=key)
        if at not in parents:
            return
    if steps >= LEVELS:
        text = msg("“%(name)s” stands on level %(level)s; %(most)s levels can be drawn.")
        raise refuse(text, field, name=key, level=steps + 1, most=LEVELS)


def walk(children: dict[str, tuple[str, ...]], below: str = "") -> list[str]:
    """All keys, each before its children."""
    found = []
    for key in children.get(below, ()):
        found += [key, *walk(children, key)]
    return found


def compute_fishbone(inputs: FishboneInputs) -> TreeResult:
    """Check that the causes form a tree inside each bone, and count the end causes."""
    tree = branches(inputs.causes, "causes")
    by_key = {cause.key: cause for cause in inputs.causes}
    for place, cause in enumerate(inputs.causes):
        if cause.parent and by_key[cause.parent].category != cause.category:
            text = msg(
                "“%(name)s” explains a cause of another bone; causes that cross need a relation diagram."
            )
            raise refuse(text, f"causes.{place}.parent", name=cause.text)
    used = {cause.category for cause in inputs.causes}
    notes = tuple(
        Reason(
            msg("No cause stands at the bone “%(bone)s”; say why, or look again."), {"bone": bone}, "causes"
        )
        for bone in FRAMES[inputs.frame]
        if bone not in used
    )
    main = [c for c in inputs.causes if c.main]
    wrong = [c for c in main if c.key not in tree.ends]
    notes += tuple(
        Reason(msg("“%(name)s” is marked a main cause but is no end cause."), {"name": c.text}, "causes")
        for c in wrong
    )
    text = msg("%(ends)s end causes stand at %(bones)s bones; %(main)s are marked as main causes.")
    answer = Reason(text, {"ends": len(tree.ends), "bones": len(used), "main": len(main)})
    facts = (Fact(msg("Causes"), len(inputs.causes)), Fact(msg("End causes"), len(tree.ends)))
    return TreeResult(answer=answer, facts=facts, notes=notes, children=tree.children, ends=tree.ends)


def compute_tree(inputs: TreeInputs) -> TreeResult:
    """Check the tree and count its ends."""
    tree = branches(inputs.rows, "rows")
    chosen = sum(row.chosen for row in inputs.rows)
    text = msg("The tree has %(all)s branches and ends in %(ends)s executable ones; %(chosen)s are chosen.")
    answer = Reason(text, {"all": len(inputs.rows), "ends": len(tree.ends), "chosen": chosen})
    facts = (Fact(msg("Branches"), len(inputs.rows)), Fact(msg("Ends of the tree"), len(tree.ends)))
    return TreeResult(answer=answer, facts=facts, children=tree.children, ends=tree.ends)


_BELOW = {"step": {"", "step"}, "risk": {"step", "countermeasure"}, "countermeasure": {"risk"}}


def compute_pdpc(inputs: PdpcInputs) -> TreeResult:
    """Check that risks hang at steps and countermeasures at risks; name each risk without a feasible one."""
    tree = branches(inputs.rows, "rows")
    kinds = {row.key: row.kind for row in inputs.rows}
    by_key = {row.key: row for row in inputs.rows}
    for place, row in enumerate(inputs.rows):
        if (kinds[row.parent] if row.parent else "") not in _BELOW[row.kind]:
            text = msg("“%(name)s” hangs at the wrong place: risks hang at steps, countermeasures at risks.")
            raise refuse(text, f"rows.{place}.parent", name=row.text)
    risks = [row for row in inputs.rows if row.kind == "risk"]
    bare = [
        row
        for row in risks
        if not any(by_key[key].feasible is not False for key in tree.children.get(row.key, ()))
    ]
    notes = tuple(
        Reason(
            msg("Nothing feasible answers the risk “%(risk)s”; add a countermeasure."),
            {"risk": row.text},
            "rows",
        )
        for row in bare
    )
    text = msg("%(risks)s risks were thought of; %(answered)s have a countermeasure that is not ruled out.")
    answer = Reason(text, {"risks": len(risks), "answered": len(risks) - len(bare)})
    facts = (Fact(msg("Risks"), len(risks)), Fact(msg("Risks without an answer"), len(bare)))
    return TreeResult(answer=answer, facts=facts, notes=notes, children=tree.children, ends=tree.ends)


def compute_whys(inputs: WhysInputs) -> Result:
    """The root is the last confirmed answer of an unbroken chain; what follows a refuted one is none."""
    root, notes = "", []
    for place, why in enumerate(inputs.whys):
        if why.verdict == "refuted":
            if place + 1 < len(inputs.whys):
                text = msg("“%(why)s” was refuted, yet the chain goes on from it; begin a new chain.")
                notes.append(Reason(text, {"why": why.answer}, f"whys.{place}.verdict"))
            break
        if why.verdict == "confirmed" and not why.evidence:
            text = msg("“%(why)s” is called confirmed without evidence; name the measurement or test.")
            notes.append(Reason(text, {"why": why.answer}, f"whys.{place}.evidence"))
        if why.verdict == "open":
            break
        root = why.answer
    text = (
        msg("The deepest confirmed cause is: %(cause)s.")
        if root
        else msg("No cause of the chain is confirmed yet.")
    )
    confirmed = sum(why.verdict == "confirmed" for why in inputs.whys)
    facts = (Fact(msg("Answers"), len(inputs.whys)), Fact(msg("Confirmed"), confirmed))
    return Result(answer=Reason(text, {"cause": root} if root else {}), facts=facts, notes=tuple(notes))


FISHBONE = Tool(
    "fishbone",
    msg("Fishbone diagram"),
    msg("Sorts the causes of one problem by bones down to end causes that can be acted on."),
    FishboneInputs,
    compute_fishbone,
)
TREE = Tool(
    "tree",
    msg("Tree diagram"),
    msg("Unfolds a goal or problem level by level into what can be done."),
    TreeInputs,
    compute_tree,
)
PDPC = Tool(
    "pdpc",
    msg("PDPC diagram"),
    msg("Thinks through what may go wrong at each step and prepares the answer."),
    PdpcInputs,
    compute_pdpc,
)
WHYS = Tool(
    "five_whys",
    msg("Five whys"),
    msg("Asks why again and again, and checks each answer, until the root cause is found."),
    WhysInputs,
    compute_whys,
)
