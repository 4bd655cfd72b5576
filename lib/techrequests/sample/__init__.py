"""The sample district: made-up people whose requests are driven through the real services."""
