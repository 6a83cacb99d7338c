"""What can be done with sources, one verb a module. Admin, REST and commands all call these."""
