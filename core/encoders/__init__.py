"""Encoders: lyrics to word vectors, dance to frame vectors; and the training of the latter."""
