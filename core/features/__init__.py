"""Dance features of Watanabe & Goto (2025), section 3: 29 parameters a joint and 120 affective features."""
