"""Tables as CSV and Excel files, out and in, under the same rules as the pages that show them."""
