"""What is brought in beside the ballots: who is rated, scores for components, what people decided."""
