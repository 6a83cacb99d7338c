"""Mutation testing: ``make mutants`` breaks the code in small ways and prints what no test notices."""
