"""What moto keeps for ever, bounded, so that an embedded AWS may run for weeks."""
