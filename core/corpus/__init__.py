"""What is on disk: songs, bars, words, arrays, provenance."""
