"""What a round is: documents, plan, sheets and cell order, a ballot's plaintext, states. No database."""
