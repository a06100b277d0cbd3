"""The report on a class: what was misunderstood in a lesson, as a page and as data."""
