"""Taking a stretch of a song out of the corpus, in the formats of other programs."""
