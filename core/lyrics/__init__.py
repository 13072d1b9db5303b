"""Timed lyrics: readers, word segmentation, and the timing of words inside a line."""
