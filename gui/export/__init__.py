"""Clips and figures out of the window: drawing them, asking how, and running them."""


