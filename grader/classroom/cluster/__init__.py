"""Grading on the workers of a Dask cluster: the scheduler, the pool, and what runs on a worker."""
