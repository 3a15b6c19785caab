"""What scoring hands over: values that are printed, and the rules that stand beside them."""
