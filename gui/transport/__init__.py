"""The bar with which a person plays, and its actions."""
