"""Runs a submission in sandboxes and judges its functions, for nbgrader's autograding."""
