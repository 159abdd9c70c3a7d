"""The flow figure of a balance: one node for what is lost unaccounted, and no circles."""

from cp_circles.calc.balances import Balance, Link
from cp_circles.errors import msg
from cp_circles.projects.panels.shapes import Band, Flow, Node, word


def flow_of(found: Balance) -> Flow:
    """Nodes and bands of a balance; what is fed back and what appears unexplained are nodes of their own."""
    nodes: dict[str, Node] = {}
    bands: list[Band] = []
    for link in found.links:
        source, target = _ends(found, link, bands)
        for key, place in ((source, link.source), (target, link.target)):
            nodes.setdefault(key, _node(found, key, place, link))
        if link.quantity > 0:
            name = word(found.nodes[link.target]) if link.unaccounted else link.name
            bands.append(Band(source, target, link.quantity, name))
    used = {key for band in bands for key in (band.source, band.target)}
    kept = tuple(node for key, node in nodes.items() if key in used)
    return Flow(kept, tuple(bands), found.unit, found.whole.error_percent)


def _ends(found: Balance, link: Link, bands: list[Band]) -> tuple[str, str]:
    source, target = f"n{link.source}", f"n{link.target}"
    if link.unaccounted:
        missing = len(found.nodes) - 1
        return (source, "lost") if link.target == missing else ("gained", target)
    return (source, f"{target}-back") if _reaches(bands, target, source) else (source, target)


def _node(found: Balance, key: str, place: int, link: Link) -> Node:
    if key == "lost":
        return Node(key, word(msg("Not accounted for")), True)
    if key == "gained":
        return Node(key, word(msg("Input not accounted for")), True)
    if key.endswith("-back"):
        return Node(key, word(msg("Back to %(place)s"), place=found.nodes[place]))
    return Node(key, found.nodes[place], link.loss and place == link.target)


def _reaches(bands: list[Band], start: str, goal: str) -> bool:
    seen, left = {start}, [start]
    while left:
        here = left.pop()
        if here == goal:
            return True
        for band in bands:
            if band.source == here and band.target not in seen:
                seen.add(band.target)
                left.append(band.target)
    return False
