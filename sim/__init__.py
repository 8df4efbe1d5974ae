"""Play out stylised peace and prisoner-exchange negotiations, day by day, thousands of times."""
