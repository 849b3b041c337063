"""What the source can say about a field, read from it: file, code and English template with ``{}`` for values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "chalicelib"
TELLERS = frozenset({"FieldProblem", "problem", "broken", "_invalid", "Finding"})
"""Functions that take a field, a code and a sentence, in this order. ``Finding`` is one of coded.py alone."""
PASSING = TELLERS | {"_refuse"}
"""These pass on what they are given; what they say is read where they are called."""
VALIDATED = ("records/bodies", "handlers/models")

Said = tuple[str, str, str]
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in sorted(ROOT.rglob("*.py"))}
CONSTANTS = {
    target.id: str(one.value.value)
    for tree in TREES.values()
    for one in tree.body
    if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant) and isinstance(one.value.value, str)
    for target in one.targets
    if isinstance(target, ast.Name)
}
"""Texts with a name of their own, by the name."""


def template(node: ast.expr) -> str:
    """The text of an expression, with ``{}`` for what is known only when it runs."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp):
        return template(node.left) + template(node.right)
    return "{}"


def texts(node: ast.expr, function: ast.AST) -> Iterator[str]:
    """Templates that an argument can be: of both branches, and of every value that its name is given."""
    if isinstance(node, ast.IfExp):
        yield from texts(node.body, function)
        yield from texts(node.orelse, function)
    elif isinstance(node, ast.Name):
        given = [one.value for one in ast.walk(function) if isinstance(one, ast.Assign) and _names(one, node.id)]
        if not given:
            yield CONSTANTS.get(node.id, "{}")
        for value in given:
            yield from texts(value, function)
    else:
        yield template(node)


def _names(one: ast.Assign, name: str) -> bool:
    return name in {ast.unparse(target) for target in one.targets}


def _told(place: str, function: ast.AST) -> Iterator[Said]:
    for call in ast.walk(function):
        if not isinstance(call, ast.Call) or len(call.args) < 3:
            continue
        name = ast.unparse(call.func).rpartition(".")[2]
        passed = name == "check" and ast.unparse(call.args[0]) == "_refuse"
        if passed or (name in TELLERS and (name != "Finding" or place == "domain/coded.py")):
            _, code_node, said_node = call.args[passed : 3 + passed]
            for code in texts(code_node, function):
                yield from ((place, code, said) for said in texts(said_node, function))


def _raised(place: str, function: ast.AST) -> Iterator[Said]:
    """``raise ValueError(…)`` of a validator: pydantic's value_error."""
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Raise)
            and isinstance(node.exc, ast.Call)
            and ast.unparse(node.exc.func) == "ValueError"
        ):
            yield from ((place, "value-error", said) for said in texts(node.exc.args[0], function))


def _paired(place: str, tree: ast.Module) -> Iterator[Said]:
    """Pairs of a code and a sentence, alone or after the rule that they tell of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) in {2, 3}:
            *_, code, said = node.elts
            if isinstance(code, ast.Constant) and isinstance(code.value, str) and " " in template(said):
                yield place, code.value, template(said)


PAIRS = frozenset({"domain/attachments.py", "domain/passwords_policy.py", "ports/upload_rows.py"})


def said() -> list[Said]:
    """(file, code, template), sorted; what a caller passes on is told where it is said first."""
    found: set[Said] = set()
    for place, tree in TREES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name not in PASSING:
                found.update(_told(place, function))
                if place.startswith(VALIDATED):
                    found.update(_raised(place, function))
        if place in PAIRS:
            found.update(_paired(place, tree))
    return sorted(found)
