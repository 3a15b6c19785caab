"""Ready questionnaires and schemes, as YAML; a town's own document may extend them."""
