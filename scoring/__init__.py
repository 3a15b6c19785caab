"""From counted marks to scores, ranks and grades: arrays and exact fractions, nothing else."""
