"""What can be found out before money is spent: looks at what a run needs, by calls that change nothing."""
