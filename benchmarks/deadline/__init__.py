"""What a deadline costs under different rules, on recorded or made-up spot markets: `python -m benchmarks.deadline`."""
