"""What the product costs: `make bench` prints it; nothing here passes or fails."""
