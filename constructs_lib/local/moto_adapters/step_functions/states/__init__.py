"""What the states do: when they wait, what they catch, how they run other states."""
