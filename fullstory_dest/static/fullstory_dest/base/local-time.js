// Shows times in the reader's time zone. Without this script they are in UTC, which is shown with them.

const shape = { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short" };
const format = new Intl.DateTimeFormat(document.documentElement.lang || undefined, shape);

// Relative times have the exact one as their title.
for (const time of document.querySelectorAll("time[title]")) time.title = format.format(new Date(time.dateTime));

for (const time of document.querySelectorAll("[data-local-time]")) {
  time.title = time.textContent;
  time.textContent = format.format(new Date(time.dateTime));
}

/** A time in UTC in the format of a datetime-local input: `2026-12-01T10:00`. */
const short = (time) => time.toISOString().slice(0, 16);

// These inputs show local time and submit UTC.
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
