"""Which pairs of a lyric and a dance code meet in more songs than exchanging dances among songs would give."""
