"""From counted marks to exact scores, ranks and grades."""
