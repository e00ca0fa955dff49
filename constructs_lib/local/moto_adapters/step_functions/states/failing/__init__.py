"""What a state that fails does, and how its failure is told: one mend a file."""
