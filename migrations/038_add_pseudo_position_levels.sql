-- Stages of a simulated position: it is proven as base, then main, then real.

ALTER TABLE pseudo_positions
  ADD COLUMN level TEXT NOT NULL DEFAULT 'base' CHECK (level IN ('base','main','real'));

-- Which purchase of a cost-averaging series; 1 is the first.
ALTER TABLE pseudo_positions
  ADD COLUMN dca_step INTEGER NOT NULL DEFAULT 1 CHECK (dca_step BETWEEN 1 AND 10);
