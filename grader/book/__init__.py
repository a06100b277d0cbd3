"""Makes a static site of the lessons, for reading without a kernel and without a network."""
