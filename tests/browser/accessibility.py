"""What axe-core finds wrong with a page for those who do not see it, or do not use a mouse."""

import pytest

SCROLLING = "scrollable-region-focusable"
"""The rule that Tab stops at what scrolls. Browsers see to that by themselves."""


def violations(page, *selectors):
    """The rules that a page breaks, or what these selectors find in it, each with the elements that do."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = {"include": [[selector] for selector in selectors]} if selectors else None
    options = {"resultTypes": ["violations"], "rules": {SCROLLING: {"enabled": False}}}
    found = axe.run(page, context, options).response["violations"]
    return {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found}
