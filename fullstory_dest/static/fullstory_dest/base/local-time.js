// Times in the zone of whoever looks. Without this script they are in the server's, UTC, and say so.

const shape = { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const format = new Intl.DateTimeFormat(document.documentElement.lang || undefined, shape);

for (const time of document.querySelectorAll("[data-local-time]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}

/** `2026-12-01T10:00`: what an input of this kind holds, of a time as UTC tells it. */
const short = (time) => time.toISOString().slice(0, 16);

// An input whose time is UTC: typed and shown in the local zone, sent as UTC.
for (const input of document.querySelectorAll("[data-utc-input]")) {
  const given = new Date(`${input.value}Z`);
  if (input.value && !isNaN(given)) {
    input.defaultValue = input.value = short(new Date(given - given.getTimezoneOffset() * 60_000));
  }
  const zone = document.querySelector(`[data-zone-of="${input.id}"]`);
  if (zone) zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
  input.form?.addEventListener("formdata", (event) => {
    const typed = new Date(input.value);
    if (!isNaN(typed)) event.formData.set(input.name, short(typed));
  });
}
