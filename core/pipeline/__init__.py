"""From an imported corpus to codes: encode, cluster, count. Every stage resumes."""
