"""What is asked of people about meters, readings, files and findings."""
