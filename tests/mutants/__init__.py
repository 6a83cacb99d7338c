"""Mutation testing: ``make mutants`` breaks the code in small ways and prints the changes that no test notices."""
