// Compares the config that the public URL serves with the config of the live release.

const ATTEMPTS = 6;
const PAUSE = 2000;
const TIMEOUT = 8000;

const box = document.querySelector("[data-live-check]");
const words = JSON.parse(document.getElementById("live-words").textContent);

function tell(key) {
  box.querySelector("[data-live-said]").textContent = words[key];
  box.dataset.state = key;
}

const rest = (time) => new Promise((done) => setTimeout(done, time));

/** Returns the key of the message to show, or "" if the live release may still arrive. */
async function look(expected) {
  let answer;
  try {
    answer = await fetch(box.dataset.configUrl, { cache: "reload", credentials: "omit", signal: AbortSignal.timeout(TIMEOUT) });
  } catch {
    return "failed";
  }
  if (answer.status === 404) return "missing";
  if (!answer.ok) return "failed";
  if ((await answer.text()) === expected.document) return "live";
  return expected.enabled ? "" : "disabled";
}

async function check() {
  const button = box.querySelector("[data-live-again]");
  button.hidden = true;
  tell("asking");
  let said = "failed";
  try {
    const answer = await fetch(box.dataset.expectedUrl, { signal: AbortSignal.timeout(TIMEOUT) });
    const expected = answer.ok && (await answer.json());
    if (answer.status === 401) said = "expired";
    else if (expected) for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt) await rest(PAUSE);
      said = await look(expected);
      if (said) break;
    }
  } catch {
    // The admin's server did not answer. Report the same failure.
  }
  tell(said || "older");
  button.hidden = said === "live";
}

box.querySelector("[data-live-again]").addEventListener("click", check);
check();
