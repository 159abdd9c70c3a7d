"""The words of a project's records as a source of causes, branches, ideas and steps."""

from collections.abc import Sequence

from cp_circles.tools.sources.kinds import Asked, Inputs, Kind, Offer, Source, distinct
from cp_circles.tools.sources.records import heading, place, rows_of, text_in, words, written_kinds

MOST = {"relations": 16, "board": 120, "pdpc": 100}
Node = tuple[str, str, str, str]


def _offers(asked: Asked) -> list[Offer]:
    return [
        Offer({"kind": "chain", **place(step, kind)}, heading(step, kind, asked.language))
        for step, kind, _rows in written_kinds(asked)
        if len(words(kind)) >= 2
    ]


def _fill(asked: Asked, source: Source) -> Inputs:
    kind, rows = rows_of(asked, source)
    paths = [
        list(dict.fromkeys(text for field in words(kind) if (text := text_in(field, row, asked.language))))
        for row in rows
    ]
    paths = [path for path in paths if path]
    root, common = asked.project.title, {path[0] for path in paths}
    if len(common) == 1 and all(len(path) > 1 for path in paths):
        root, paths = paths[0][0], [path[1:] for path in paths]
    if asked.code == "five_whys":
        longest = max(paths, key=len, default=[])
        return {"problem": root[:200], "whys": [{"answer": text} for text in longest[:7]]}
    if asked.code in MOST:
        return _flat(asked.code, root, paths)
    nodes = _nodes(paths)
    return _branches(root, nodes) if asked.code == "tree" else _bones(root, nodes)


def _flat(code: str, root: str, paths: Sequence[Sequence[str]]) -> Inputs:
    """Every row by its second word (its only one, where it has no other): ideas, factors or steps."""
    texts = [(path[1] if len(path) > 1 else path[0], path[0] if len(path) > 1 else "") for path in paths]
    texts = list(dict.fromkeys(texts))[: MOST[code]]
    if code == "board":
        return {
            "question": root[:200],
            "ideas": [{"text": text, "group": group[:100]} for text, group in texts],
        }
    names = distinct([text for text, _group in texts])
    rows = [{"key": str(number), "text": name} for number, name in enumerate(names, start=1)]
    if code == "relations":
        return {"factors": rows}
    return {"goal": root[:200], "rows": [{**row, "kind": "step", "parent": ""} for row in rows]}


def _branches(root: str, nodes: Sequence[Node]) -> Inputs:
    rows = [{"key": key, "text": text, "parent": parent} for key, text, parent, _ in nodes]
    return {"goal": root[:200], "rows": rows}


def _bones(root: str, nodes: Sequence[Node]) -> Inputs:
    firsts = {key for key, _, parent, _ in nodes if not parent}
    causes = [
        {"key": key, "category": top, "text": text, "parent": "" if parent in firsts else parent}
        for key, text, parent, top in nodes
        if parent
    ]
    return {"problem": root[:200], "frame": "own", "causes": causes}


def _nodes(paths: Sequence[Sequence[str]]) -> list[Node]:
    keys: dict[tuple[str, ...], str] = {}
    nodes = []
    for path in paths:
        for depth in range(1, len(path) + 1):
            branch = tuple(path[:depth])
            if branch not in keys:
                keys[branch] = str(len(keys) + 1)
                nodes.append((keys[branch], path[depth - 1], keys.get(branch[:-1], ""), path[0]))
    return nodes


CHAIN = Kind("chain", ("step", "record"), frozenset({"fishbone", "tree", "five_whys", *MOST}), _offers, _fill)
