"""What a person gets to read: the verdict as data, its renderings, and the explanation of a name."""
