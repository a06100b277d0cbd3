"""What the notebooks of the course import: data, networks, pictures, widgets, and a quiet TensorFlow."""
