"""`make soak`: the load shape with random faults for a long time; memory and descriptors flat, nothing lost."""
