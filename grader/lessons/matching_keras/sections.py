"""Sections of the lesson that explain a misconception better than the exercise's own section does."""

SECTIONS = {"low-precision": "4.3 Who rounds now?"}
