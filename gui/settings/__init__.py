"""What a person settles once: language, theme, scale, keys, folders; and the page shown when nothing is open."""
