"""What a day's numbers mean: ranges, windows, comparisons, trends, adherence. No wording, no clock."""
