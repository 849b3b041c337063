"""There is one way to a session, and it goes by the second factor (ID-3)."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "chalicelib"

pytestmark = pytest.mark.requirement("ID-3")


@cache
def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def makers(test) -> set[str]:
    """``file:function`` of every innermost function with a node that passes ``test``."""
    return {place for place, nodes in places().items() if any(test(node) for node in nodes)}


@cache
def places() -> dict[str, list[ast.AST]]:
    """Calls in every function of the code, by ``file:function``."""
    return {
        f"{path.relative_to(CODE).as_posix()}:{function.name}": [n for n in ast.walk(function) if called(n)]
        for path in CODE.rglob("*.py")
        for function in functions(path)
    }


def called(node: ast.AST, name: str = "") -> bool:
    """Whether ``node`` is a call, of ``name`` if there is one."""
    if not isinstance(node, ast.Call):
        return False
    return not name or name == (node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func))


def test_sessions_are_made_in_one_place() -> None:
    def puts_session(node: ast.AST) -> bool:
        return called(node, "Put") and ast.unparse(node.args[0]).startswith("keys.session(")

    assert makers(puts_session) == {"services/sign_in.py:finish"}
    assert makers(lambda node: called(node, "new_row") and "sessions." in ast.unparse(node.func)) == {
        "services/sign_in.py:finish"
    }


def test_that_place_asks_for_the_second_factor_first() -> None:
    finish = next(f for f in functions(CODE / "services" / "sign_in.py") if f.name == "finish")
    checked = [n.lineno for n in ast.walk(finish) if called(n, "check") and "_factors" in ast.unparse(n)]
    made = [n.lineno for n in ast.walk(finish) if called(n, "new_row")]
    assert len(checked) == len(made) == 1
    assert checked[0] < made[0]
    returned = [n.lineno for n in ast.walk(finish) if isinstance(n, ast.Return)]
    assert all(line > checked[0] for line in returned)


def test_access_tokens_come_from_sessions_that_are_there_and_from_partners_alone() -> None:
    def issues_access(node: ast.AST) -> bool:
        return called(node, "issue") and any(
            word.arg == "purpose" and ast.unparse(word.value) == "'access'" for word in node.keywords
        )

    assert makers(issues_access) == {
        "services/sign_in.py:_answer",  # of the session that was just made
        "services/sessions.py:_answer",  # refresh, step-up and role of a live session
        "services/partners.py:token",  # machines, by their own keys (RFC 7523)
        "services/applications/tokens.py:_answer",  # by the leave that a patient gave with a fresh second factor
    }


def test_only_sign_in_answers_with_a_new_session() -> None:
    assert makers(lambda node: called(node, "finish") and "sign_in." in ast.unparse(node.func)) == {
        "handlers/sessions.py:finish"
    }
