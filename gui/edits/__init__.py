"""Changes to the data that a person makes by hand, and how they are taken back."""
