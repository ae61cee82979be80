"""Activity: who did what when."""
