"""A model as judge: its marks, its choice between two, and whether it agrees with people."""
