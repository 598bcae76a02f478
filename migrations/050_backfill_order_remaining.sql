-- Old writers left remaining at its default. Only live orders are filled in: a closed order rests
-- at 0 by right. max() keeps an overfilled order from a negative value, which the CHECK would
-- refuse.

UPDATE orders
SET remaining = max(amount - filled, 0)
WHERE remaining = 0
  AND status IN ('pending','open','partially_filled');
