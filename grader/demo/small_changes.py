"""Small changes of a function's code, such as a dropped transpose: one each, right or wrong as they come."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

_OTHER_FUNCTIONS = {
    "sum": ("mean", "max"),
    "mean": ("sum", "median"),
    "log": ("log2", "log10", "log1p"),
    "exp": ("exp2", "expm1"),
    "maximum": ("minimum",),
    "max": ("min", "mean"),
    "argmax": ("argmin",),
    "std": ("var",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "float64": ("float32",),
    "uniform": ("normal",),
    "abs": ("negative",),
}


def small_changes(source: str) -> Iterator[tuple[str, str]]:
    """Yield each change: its rule, and the code with one transpose, axis, factor, argument or so changed."""
    tree = ast.parse(source)
    for index, node in enumerate(ast.walk(tree)):
        for rule, replacement in _replacements(node):
            yield rule, with_replaced(tree, index, replacement)


def with_replaced(tree: ast.Module, index: int, replacement: ast.AST) -> str:
    """Return the source of `tree` with the node number `index` of its walk replaced."""
    mutated = copy.deepcopy(tree)
    target = list(ast.walk(mutated))[index]

    class Replace(ast.NodeTransformer):
        def visit(self, node):
            return replacement if node is target else self.generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Replace().visit(mutated)))


def _replacements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.BinOp):
        yield from _binary(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.FormattedValue):
        for step, sign in ((ast.Add(), "+"), (ast.Sub(), "-")):
            value = ast.BinOp(node.value, step, ast.Constant(1))
            yield f"name{sign}1", ast.FormattedValue(value, node.conversion, node.format_spec)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) == 2:
        yield "swap-pair", ast.Tuple(node.elts[::-1], node.ctx)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield "drop-subscript", node.value
    elif isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr)):
        yield "drop-statement", ast.Pass()


def _attribute(node: ast.Attribute) -> Iterator[tuple[str, ast.AST]]:
    if node.attr == "T":
        yield "drop-transpose", node.value
    for name in _OTHER_FUNCTIONS.get(node.attr, ()):
        yield f"{node.attr}-{name}", _attribute_of(node.value, name)


def _binary(node: ast.BinOp) -> Iterator[tuple[str, ast.AST]]:
    yield "keep-left", node.left
    yield "keep-right", node.right
    if isinstance(node.op, ast.MatMult):
        yield "swap-factors", ast.BinOp(node.right, node.op, node.left)
        yield "elementwise", ast.BinOp(node.left, ast.Mult(), node.right)
        yield "transpose-left", ast.BinOp(_attribute_of(node.left, "T"), node.op, node.right)
        yield "transpose-right", ast.BinOp(node.left, node.op, _attribute_of(node.right, "T"))
    elif isinstance(node.op, (ast.Sub, ast.Div, ast.Pow)):
        yield "swap-operands", ast.BinOp(node.right, node.op, node.left)


def _attribute_of(value: ast.expr, name: str) -> ast.Attribute:
    return ast.Attribute(value, name, ast.Load())


def _call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    for i in range(len(node.args) - 1):
        swapped = [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]]
        yield "swap-arguments", ast.Call(node.func, swapped, node.keywords)
    for i, keyword in enumerate(node.keywords):
        before, after = node.keywords[:i], node.keywords[i + 1 :]
        yield f"drop-{keyword.arg}", ast.Call(node.func, node.args, [*before, *after])
        if keyword.arg == "axis":
            for axis in (0, 1, -1, None):
                other = ast.keyword("axis", ast.Constant(axis))
                yield f"axis-{axis}", ast.Call(node.func, node.args, [*before, other, *after])
    names = {keyword.arg for keyword in node.keywords}
    if "axis" in names and "keepdims" not in names:
        keep = ast.keyword("keepdims", ast.Constant(True))
        yield "keepdims", ast.Call(node.func, node.args, [*node.keywords, keep])
    if len(node.args) == 1 and not node.keywords:
        yield "drop-call", node.args[0]
