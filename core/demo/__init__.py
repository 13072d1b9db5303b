"""The built-in demo corpus, composed by code alone."""
