"""Whether Step Functions takes the definition, and evaluates its expressions at their largest."""
