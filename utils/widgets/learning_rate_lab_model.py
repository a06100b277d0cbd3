"""The model of the learning-rate lab: gradient descent on the surface of a cost of two parameters."""

import numpy as np

from utils.plots import widgets as plots
from utils.widgets.learning_rate_lab_wording import ALT, FIGURE_TITLE, ONE_STEP, SENTENCES, STEPS, point
from utils.widgets.wording import four_digits, ignored_warnings

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
            self.outcome = self._outcome(self.path, self.costs)

    def outcomes(self):
        """Return the outcome that each number of steps has, from 1 to `steps`."""
        with ignored_warnings():
            return [self._outcome(self.path[:end], self.costs[:end]) for end in range(2, self.steps + 2)]

    @property
    def first_rise(self):
        """The number of the first step that does not lower the cost or leave it as it is, 0 if none."""
        rises = np.flatnonzero(~(self.costs[1:] <= self.costs[:-1]))
        return int(rises[0]) + 1 if rises.size else 0

    @property
    def lowest(self):
        """The cost of the cheapest point of the surface, infinite if no cost there is finite."""
        return float(self.surface[np.isfinite(self.surface)].min(initial=np.inf))

    def _progress(self, costs):
        """Return the decrease of the cost as a share of the possible decrease, at least 0."""
        decrease, possible = costs[0] - costs[-1], self._possible_decrease(costs)
        return 1.0 if possible <= 0 else max(decrease / possible, 0.0)

    def _possible_decrease(self, costs):
        """Return how much the start costs more than the cheapest point of the surface and the path."""
        return costs[0] - costs[np.isfinite(costs)].min(initial=self.lowest)

    def _outcome(self, path, costs):
        """Return how a path with these costs ends."""
        if not np.isfinite(costs).all() or costs[-1] > costs[0]:
            return "diverges"
        late = costs[len(costs) // 2 :]
        rises = np.any(np.diff(late) > 0)
        if self._progress(costs) >= 0.98:
            if rises and np.ptp(late) > 0.02 * self._possible_decrease(costs):
                return "jumps"
            # Gradient descent on a quadratic cost is unstable where rate * curvature > 2.
            return "will not stay" if self.rate * self._curvature_at(path[-1]) > 2 else "converges"
        moves = np.diff(path[-3:], axis=0)
        return "jumps" if rises or moves[0] @ moves[-1] < 0 else "crawls"

    def sentence(self):
        """Return the outcome in a sentence or two."""
        way = (ONE_STEP if self.steps == 1 else STEPS).format(
            steps=self.steps, before=four_digits(self.costs[0]), after=four_digits(self.costs[-1])
        )
        return SENTENCES[self.outcome].format(
            way=way,
            first=self.first_rise,
            end=point(self.path[-1]),
            progress=f"{self._progress(self.costs):.0%}" if self.outcome == "crawls" else "",
        )

    def figure(self):
        """Draw the surface with the path, and the cost after each step."""
        title = FIGURE_TITLE.format(rate=f"{self.rate:g}", outcome=self.outcome)
        return plots.plot_descent(self.grid, self.surface, self.path, self.costs, title)

    def alt(self):
        """Return the alternative text of the figure, with its numbers."""
        (low0, high0), (low1, high1) = (map(four_digits, limits) for limits in self.span)
        return ALT.format(
            low0=low0, high0=high0, low1=low1, high1=high1,
            start=point(self.path[0]), end=point(self.path[-1]),
            rate=f"{self.rate:g}", sentence=self.sentence(),
        )  # fmt: skip
