"""What becomes of drafts: releases now or at a time, rolling back, and restoring drafts from a release."""
