"""Right answers made mechanically: every solution written otherwise, with the same meaning up to rounding.

Sums and products in another order, products as loops or in extended precision, differences as sums, quotients
as products with the inverse, conditions turned round, expressions in functions of their own, other names.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import numpy as np

SEED, SHARE = 0, 0.35  # of the places where something could be written otherwise
ROUNDS = 3  # at most: a short solution has few places
ATTEMPTS = 10  # for each rewriting that is wanted


def rewritings(source: str, count: int) -> list[str]:
    """Sources of the functions in `source`, all different: `count` of them, if there are so many.

    They are random, and the same each time. They call `HELPERS`.
    """
    rng, tree = np.random.default_rng(SEED), ast.parse(source)
    found: dict[str, None] = {}
    for _ in range(ATTEMPTS * count):
        changed = copy.deepcopy(tree)
        for _ in range(rng.integers(1, ROUNDS + 1)):
            changed = _Rewriting(rng).visit(changed)
        if rng.random() < SHARE:
            changed = _renamed(changed)
        found.setdefault(ast.unparse(ast.fix_missing_locations(changed)))
        found.pop(ast.unparse(tree), None)
        if len(found) == count:
            break
    return list(found)


class _Rewriting(ast.NodeTransformer):
    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def visit(self, node):
        node = self.generic_visit(node)
        choices = list(_choices(node))
        if choices and self.rng.random() < SHARE:
            return choices[self.rng.integers(len(choices))]
        return node


def _choices(node: ast.AST) -> Iterator[ast.AST | list[ast.stmt]]:
    """What a node, or a statement, can be replaced by."""
    if isinstance(node, ast.BinOp) and not _is_text_or_list(node):
        yield from _binary(node)
        yield _in_a_function(node)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _call(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _TURNED:
        yield ast.Compare(node.comparators[0], [_TURNED[type(node.ops[0])]()], [node.left])
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield _kept(node)


_TURNED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq}


def _is_text_or_list(node: ast.BinOp) -> bool:
    """Whether `+` or `*` may stand for putting texts or lists together."""
    parts = (node.left, node.right)
    return any(
        isinstance(part, (ast.List, ast.ListComp, ast.JoinedStr))
        or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in parts
    )


def _kept(node: ast.Return) -> list[ast.stmt]:
    """The value under a name of its own before it is returned."""
    name = "the_result"
    return [ast.Assign([ast.Name(name, ast.Store())], node.value), ast.Return(ast.Name(name, ast.Load()))]


def _in_a_function(node: ast.expr) -> ast.Call:
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Call(ast.Lambda(nothing, node), [], [])


def _binary(node: ast.BinOp) -> Iterator[ast.expr]:
    left, op, right = node.left, node.op, node.right
    if isinstance(op, (ast.Add, ast.Mult)):
        yield ast.BinOp(right, op, left)
    elif isinstance(op, ast.Sub):
        yield ast.UnaryOp(ast.USub(), ast.BinOp(right, op, left))
        yield ast.BinOp(ast.UnaryOp(ast.USub(), right), ast.Add(), left)
    elif isinstance(op, ast.Div):
        yield ast.BinOp(left, ast.Mult(), ast.BinOp(ast.Constant(1.0), op, right))
    elif isinstance(op, ast.MatMult):
        for name in PRODUCTS:
            yield ast.Call(ast.Name(name, ast.Load()), [left, right], [])


def _call(node: ast.Call) -> Iterator[ast.expr]:
    """Sums and means, as functions or methods, and any call in a function of its own."""
    name, owner = node.func.attr, node.func.value
    if name in ("sum", "mean"):
        is_function = isinstance(owner, ast.Name) and owner.id == "np"
        arguments = node.args if is_function else [owner, *node.args]
        for helper in SUMS if name == "sum" else MEANS:
            yield ast.Call(ast.Name(helper, ast.Load()), arguments, node.keywords)
    yield _in_a_function(node)


def _renamed(tree: ast.Module) -> ast.Module:
    """The same functions with other names for all that is assigned in them."""
    stored = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    taken = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    names = {name: f"v{i}" for i, name in enumerate(dict.fromkeys(stored)) if name not in taken}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return tree


# --- What the sources of rewritings call ------------------------------------------------------------


def product_by_dot(a, b):
    return np.dot(a, b)


def product_of_transposes(a, b):
    return (np.transpose(b) @ np.transpose(a)).T


def product_backwards(a, b):
    """The sum over the inner index from its end."""
    return np.asarray(a)[..., ::-1] @ np.asarray(b)[::-1]


def product_in_extended_precision(a, b):
    return np.asarray(np.asarray(a, np.longdouble) @ np.asarray(b, np.longdouble), np.float64)


def product_in_loops(a, b):
    """The sum over the inner index, term by term."""
    rows = np.atleast_2d(np.asarray(a, np.float64))
    columns = np.asarray(b, np.float64).reshape(len(b), -1)
    total = np.zeros((rows.shape[0], columns.shape[1]))
    for k in range(len(columns)):
        for i in range(len(rows)):
            total[i] += rows[i, k] * columns[k]
    return total.reshape(np.shape(a)[:-1] + np.shape(b)[1:])[()]


def sum_backwards(a, axis=None, keepdims=False):
    return np.flip(a, axis).sum(axis=axis, keepdims=keepdims)


def sum_in_extended_precision(a, axis=None, keepdims=False):
    total = np.asarray(a).sum(axis=axis, keepdims=keepdims, dtype=np.longdouble)
    return np.asarray(total, np.float64)[()]


def mean_by_sum(a, axis=None, keepdims=False):
    a = np.asarray(a)
    return a.sum(axis=axis, keepdims=keepdims) / (a.size if axis is None else a.shape[axis])


def mean_backwards(a, axis=None, keepdims=False):
    a = np.asarray(a)
    return sum_backwards(a, axis, keepdims) / (a.size if axis is None else a.shape[axis])


PRODUCTS = (
    "product_by_dot",
    "product_of_transposes",
    "product_backwards",
    "product_in_extended_precision",
    "product_in_loops",
)
SUMS = ("sum_backwards", "sum_in_extended_precision")
MEANS = ("mean_by_sum", "mean_backwards")
HELPERS = {name: globals()[name] for name in (*PRODUCTS, *SUMS, *MEANS)}
