"""What an instance costs an hour: from AWS's price list, from a file, or kept from the last time."""
