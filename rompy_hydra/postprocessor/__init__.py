"""What is made of the output."""
