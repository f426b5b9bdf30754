"""How it goes with what is said, for those who run the portal: seen, paused, said again, kept."""
