"""What runs beside a learner's code, in a notebook and in a sandbox alike. Needs NumPy and `utils` alone."""
