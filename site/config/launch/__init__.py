"""What runs before the project is installed: plain Python without any dependency."""
