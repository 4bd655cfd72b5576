"""Technology Requests: a district's technology requests, from the ask to the device on the desk."""
