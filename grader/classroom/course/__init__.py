"""A course folder as nbgrader sees it: its assignments, its secret seed, the release of a lesson."""
