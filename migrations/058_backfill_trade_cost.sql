-- cost = price * amount where old writers left it at its default. This must come before 066,
-- after which no fact of a fill can be changed any more.

UPDATE trades
SET cost = price * amount
WHERE cost = 0;
