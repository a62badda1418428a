"""What a member does with their days: tell, correct, plan, score, import, take along, leave."""
