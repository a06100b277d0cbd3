"""What the author of a lesson needs: the notebooks from their sources."""
