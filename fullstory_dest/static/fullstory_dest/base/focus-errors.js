// What was refused is told at the top: read out, and in sight, also where the browser comes back to where one was.

document.querySelector("[data-refused]")?.focus();
