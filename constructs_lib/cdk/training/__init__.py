"""From the options of a training to one that is bound to its role, buckets, keys and network."""
