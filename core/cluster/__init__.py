"""Song-wise work on many machines: who runs it, what a worker does, and how an evaluation is split."""
