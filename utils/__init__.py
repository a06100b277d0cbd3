"""What a notebook of the course imports: data, a small network, pictures and a quiet TensorFlow."""
