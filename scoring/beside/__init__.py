"""What stands beside the scores and changes none of them."""
