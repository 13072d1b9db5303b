"""Retrieval systems, one a file, and the protocol they share."""
