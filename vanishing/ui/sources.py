"""The source of what ran, for its fold on every page: the mathematics, without argument checks."""

from __future__ import annotations

import ast
import inspect
import textwrap
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

_READING = threading.Lock()


def source_of(item: Callable[..., Any] | type) -> str:
    """Return the source of a function or a class, read once and by one thread at a time.

    A class is found by parsing its module, and CPython 3.11 cannot parse in two threads at once: it
    raises "AST constructor recursion depth mismatch".
    """
    with _READING:
        return _read(item)


@cache
def _read(item: Callable[..., Any] | type) -> str:
    return without_checks(textwrap.dedent(inspect.getsource(item)))


def without_checks(source: str) -> str:
    """Return a source without the statements that only check arguments, by `engine.limits`."""
    lines = source.splitlines(keepends=True)
    for statement in _checks(ast.parse(source)):
        assert statement.end_lineno is not None
        for line in range(statement.lineno, statement.end_lineno + 1):
            lines[line - 1] = ""
    return "".join(lines)


def _checks(tree: ast.AST) -> Iterator[ast.stmt]:
    """Give the outermost statements that do nothing but check."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt) and _is_check(node):
            yield node
        else:
            yield from _checks(node)


def _is_check(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.If | ast.For):
        return all(map(_is_check, [*statement.body, *statement.orelse]))
    call = statement.value if isinstance(statement, ast.Expr) else None
    named = call.func if isinstance(call, ast.Call) else None
    if not isinstance(named, ast.Attribute):
        return False
    on_limits = isinstance(named.value, ast.Name) and named.value.id == "limits"
    return on_limits or named.attr == "check_cost"
