"""Grades a class with nbgrader: reads and repairs submissions, runs them, records marks, reports."""
