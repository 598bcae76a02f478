"""Rules over the values of any table, whoever's file it is."""
