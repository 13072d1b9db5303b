"""Looping skeleton pictures of stretches of dance."""


