"""Readers and writers of motion, and the motion they give: :class:`core.motion.clip.Motion`."""
