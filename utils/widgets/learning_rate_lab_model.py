"""The model of the learning-rate lab: gradient descent on the surface of a cost of two parameters."""

import numpy as np

from utils.plots import widgets as plots
from utils.widgets.wording import counted, four_digits, ignored_warnings

GRID_POINTS = 41  # values of each parameter at which the surface is computed


class GradientDescent:
    """Gradient descent on a cost of two parameters: `steps` steps with the learning rate `rate` from `start`.

    `cost(theta)` is a float and `gradient(theta)` has shape (2,) for `theta` (2,); `span`
    ((low, high), (low, high)) is the part of the plane that the picture shows. Call `update` after changing
    `steps`, `rate` or `start` (2,). It sets `path` (steps + 1, 2), `costs` (steps + 1,) and `outcome`, one of
    "converges", "will not stay", "crawls", "jumps" or "diverges".
    """

    def __init__(self, cost, gradient, start, span):
        self.cost, self.gradient, self.span = cost, gradient, span
        self.start, self.steps = np.array(start, dtype=float), 40
        self.grid = [np.linspace(low, high, GRID_POINTS) for low, high in span]
        with ignored_warnings():
            self.surface = np.array([[self._cost_at((a, b)) for a in self.grid[0]] for b in self.grid[1]])
            self.rate = self._initial_rate()
        self.update()

    def _cost_at(self, theta):
        return float(self.cost(np.array(theta, dtype=float)))

    def _gradient_at(self, theta):
        return np.asarray(self.gradient(np.array(theta, dtype=float)), dtype=float).reshape(2)

    def _initial_rate(self):
        """Return 1 / the largest curvature found on the surface, to one digit: it should converge."""
        places = [(a, b) for a in self.grid[0][::10] for b in self.grid[1][::10]]
        curvature = max(self._curvature_at(np.array(place)) for place in places)
        return float(f"{1 / curvature:.0e}") if 0 < curvature < np.inf else 0.1

    def _curvature_at(self, theta):
        """Return the norm of the gradient's derivative along a parameter, the larger of the two.

        The derivative is a central difference.
        """
        steps = 1e-3 * np.diag(np.ptp(self.grid, axis=1))
        changes = [
            (self._gradient_at(theta + step) - self._gradient_at(theta - step)) / (2 * step.max())
            for step in steps
        ]
        return np.linalg.norm(changes, axis=1).max()

    def update(self):
        """Compute the path, its costs and the outcome."""
        path = [self.start]
        with ignored_warnings():
            for _ in range(self.steps):
                path.append(path[-1] - self.rate * self._gradient_at(path[-1]))
            self.path, self.costs = np.array(path), np.array([self._cost_at(theta) for theta in path])
            self.outcome = self._outcome()

    @property
    def progress(self):
        """The decrease of the cost as a share of the possible decrease, at least 0."""
        decrease = self.costs[0] - self.costs[-1]
        return 1.0 if self._possible_decrease <= 0 else max(decrease / self._possible_decrease, 0.0)

    @property
    def _possible_decrease(self):
        """How much the start costs more than the cheapest point of the surface and the path."""
        costs = np.concatenate([self.surface.ravel(), self.costs])
        return self.costs[0] - costs[np.isfinite(costs)].min()

    def _outcome(self):
        costs = self.costs
        if not np.isfinite(costs).all() or costs[-1] > costs[0]:
            return "diverges"
        late = costs[len(costs) // 2 :]
        rises = np.any(np.diff(late) > 0)
        if self.progress >= 0.98:
            if rises and np.ptp(late) > 0.02 * self._possible_decrease:
                return "jumps"
            # Gradient descent on a quadratic cost is unstable where rate * curvature > 2.
            return "will not stay" if self.rate * self._curvature_at(self.path[-1]) > 2 else "converges"
        moves = np.diff(self.path[-3:], axis=0)
        return "jumps" if rises or moves[0] @ moves[-1] < 0 else "crawls"

    def sentence(self):
        """Return the outcome in a sentence or two."""
        costs, end = self.costs, self.path[-1]
        verb = "takes" if self.steps == 1 else "take"
        way = (
            f"{counted(self.steps, 'step')} {verb} the cost from {four_digits(costs[0])} to "
            f"{four_digits(costs[-1])}"
        )
        if self.outcome == "diverges":
            first = 1 + int(np.flatnonzero(~(costs[1:] <= costs[:-1]))[0])
            return f"It diverges. {way}. Step {first} is the first that raises it: the rate is too large."
        if self.outcome == "jumps":
            return f"It jumps to and fro. {way}, but it does not settle: the rate is too large."
        if self.outcome == "will not stay":
            return (
                f"It will not stay. {way}, near the lowest in the picture. But the valley is so steep there "
                "that this rate drives the path out again, with more steps: the rate is too large."
            )
        if self.outcome == "converges":
            at = f"({four_digits(end[0])}, {four_digits(end[1])})"
            return f"It converges. {way}, near the lowest in the picture, and the path ends at {at}."
        progress = f"only {self.progress:.0%} of the way down"
        return f"It crawls. {way}, {progress}: the steps are too small or too few."

    def figure(self):
        """Draw the surface with the path, and the cost after each step."""
        title = f"learning rate {self.rate:g}: {self.outcome}"
        return plots.plot_descent(self.grid, self.surface, self.path, self.costs, title)

    def alt(self):
        """Return the alternative text of the figure, with its numbers."""
        (a, b), (c, d) = (map(four_digits, self.path[i]) for i in (0, -1))
        (low0, high0), (low1, high1) = (map(four_digits, limits) for limits in self.span)
        return (
            f"Left: lines of equal cost, \u03b8\u2080 from {low0} to {high0} and \u03b8\u2081 from "
            f"{low1} to {high1}, with the path of gradient descent from ({a}, {b}) to "
            f"({c}, {d}), learning rate {self.rate:g}. Right: the cost after each step. "
            f"{self.sentence()}"
        )
