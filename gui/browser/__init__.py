"""The browser: songs, gestures, and the walk through the corpus."""
