"""The search pane: typed lyrics to dances, a stretch of dance to words, and why a bar was found."""
