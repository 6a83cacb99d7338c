"""The public, anonymous path: what browsers fetch. Reads releases only; never drafts, never compiles them."""
