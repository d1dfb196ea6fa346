"""`make soak`: the load shape with random faults for long; memory and descriptors flat, nothing lost."""
