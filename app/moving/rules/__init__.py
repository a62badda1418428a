"""What a brought file means: columns, values, who is who, and what each line would change."""
