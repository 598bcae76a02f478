"""The tabs of the window, one file each; `registry.TABS` lists them in order."""
