"""What can be done with sources, by what people call it; one verb a module. Admin, REST and commands call these."""
