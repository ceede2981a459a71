"""What officers write, as commands."""
