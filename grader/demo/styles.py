"""Writes a function in other ways that compute the same, as one learner writes otherwise than the next."""

from __future__ import annotations

import ast
import random
from collections.abc import Collection

_ARRAYS = frozenset({"X", "Y", "y", "A", "Z", "P", "S", "dZ", "A_prev", "dZ_next", "X_train"})
"""Arguments of the exercises that are arrays with at least one axis."""
_REDUCTIONS = frozenset({"sum", "mean", "max", "min", "std"})
_FOR_COUNTS = ("m", "n", "N", "count", "batch", "num")
_FOR_RESULTS = ("result", "out", "res", "answer", "ret", "value")
_FOR_TERMS = ("diff", "tmp", "first", "term", "inner", "part")
LIKELIHOOD = 0.35
"""How likely a way of writing is used where it can be."""


def restyled(source: str, rng: random.Random) -> str:
    """Return code that computes the same up to rounding, written in ways that `rng` draws."""
    tree = ast.parse(source)
    style = _Style(rng)
    tree = style.visit(tree)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            taken = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
            _count_first(function, rng, taken)
            function.body = _with_steps(function.body, rng, taken)
    return ast.unparse(ast.fix_missing_locations(tree))


class _Style(ast.NodeTransformer):
    """Rewrites expressions; which kinds of them, is drawn once for a function."""

    def __init__(self, rng: random.Random):
        self._dot = rng.choice(("dot", "matmul", None, None))
        self._as_functions = rng.random() < LIKELIHOOD
        self._by_shape = rng.random() < LIKELIHOOD
        self._swaps = rng.random() < LIKELIHOOD
        self._squares = rng.random() < LIKELIHOOD
        self._joins = rng.random() < LIKELIHOOD / 2

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:  # noqa: N802 - a name of `ast`
        """Rewrite a product."""
        node = self.generic_visit(node)
        if isinstance(node.op, ast.MatMult) and self._dot:
            return ast.Call(_numpy(self._dot), [node.left, node.right], [])
        if isinstance(node.op, ast.Mult) and self._swaps:
            return ast.BinOp(node.right, node.op, node.left)
        is_square = isinstance(node.op, ast.Pow) and isinstance(node.left, ast.Name)
        if is_square and self._squares and isinstance(node.right, ast.Constant) and node.right.value == 2:
            return ast.BinOp(node.left, ast.Mult(), node.left)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:  # noqa: N802
        """Rewrite `a.sum(...)` and `len(X)`."""
        node = self.generic_visit(node)
        function = node.func
        is_method = isinstance(function, ast.Attribute) and function.attr in _REDUCTIONS
        if is_method and self._as_functions and not _is_numpy(function.value):
            return ast.Call(_numpy(function.attr), [function.value, *node.args], node.keywords)
        if _length_of(node) and self._by_shape:
            return ast.parse(f"{_length_of(node)}.shape[0]", mode="eval").body
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:  # noqa: N802
        """Rewrite `f"W{layer}"`."""
        is_pair = len(node.values) == 2 and isinstance(node.values[1], ast.FormattedValue)
        if not (self._joins and is_pair and isinstance(node.values[0], ast.Constant)):
            return node
        text = ast.Call(ast.Name("str", ast.Load()), [node.values[1].value], [])
        return ast.BinOp(node.values[0], ast.Add(), text)


def _count_first(function: ast.FunctionDef, rng: random.Random, taken: set[str]) -> None:
    """Give the number of examples a name of its own, in the first line."""
    lengths = [name for node in ast.walk(function) if (name := _length_of(node))]
    if not lengths or rng.random() > 2 * LIKELIHOOD:
        return
    argument, name = lengths[0], _new_name(_FOR_COUNTS, rng, taken)

    class Replace(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:  # noqa: N802
            is_it = _length_of(node) == argument
            return ast.Name(name, ast.Load()) if is_it else self.generic_visit(node)

    Replace().visit(function)
    place = 1 if ast.get_docstring(function) is not None else 0
    count = rng.choice((f"len({argument})", f"{argument}.shape[0]"))
    function.body.insert(place, ast.parse(f"{name} = {count}").body[0])


def _with_steps(body: list[ast.stmt], rng: random.Random, taken: set[str]) -> list[ast.stmt]:
    """Return statements in which some expressions are computed in two steps."""
    found = []
    for statement in body:
        if isinstance(statement, ast.For | ast.If):
            statement.body = _with_steps(statement.body, rng, taken)
        is_return = isinstance(statement, ast.Return)
        value = statement.value if isinstance(statement, ast.Return | ast.Assign) else None
        if isinstance(value, ast.BinOp) and isinstance(value.left, ast.BinOp) and rng.random() < LIKELIHOOD:
            name = _new_name(_FOR_TERMS, rng, taken)
            found.append(ast.Assign([ast.Name(name, ast.Store())], value.left))
            value.left = ast.Name(name, ast.Load())
        if is_return and isinstance(value, ast.BinOp | ast.Call | ast.DictComp) and rng.random() < LIKELIHOOD:
            name = _new_name(_FOR_RESULTS, rng, taken)
            found.append(ast.Assign([ast.Name(name, ast.Store())], value))
            statement.value = ast.Name(name, ast.Load())
        found.append(statement)
    return found


def _new_name(names: Collection[str], rng: random.Random, taken: set[str]) -> str:
    free = [name for name in names if name not in taken] or [f"{min(names)}_{len(taken)}"]
    taken.add(name := rng.choice(free))
    return name


def _length_of(node: ast.AST) -> str:
    """Return the array of which an expression is the length, an argument; "" if it is none."""
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
    argument = node.args[0] if is_call and node.args else None
    return argument.id if isinstance(argument, ast.Name) and argument.id in _ARRAYS else ""


def _numpy(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load())


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "np"
