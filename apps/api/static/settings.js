// The settings: forms that ask the API, secrets that are shown once.
//
// <form data-set-form="/api/v1/me" data-said="Changed" data-anew>      what is written is sent by PATCH;
//   data-method="POST" for what is made, data-then="key" or "link" for what is shown of it;
//   data-empty="zone" names a field that is sent when it is empty, too.
import { ask, changed, mark, tell } from "/static/app.js";

if (sessionStorage.getItem("said")) tell(sessionStorage.getItem("said"));
sessionStorage.removeItem("said");

const secret = document.getElementById("secret");

function reveal(name, text) {
  secret.querySelector("[data-for]").textContent = name;
  secret.querySelector("[data-secret]").value = text;
  const again = secret.querySelector("[data-secret-again]");
  if (again) again.textContent = text;
  secret.hidden = false;
  secret.scrollIntoView({ block: "nearest" });
  secret.focus();
}

const reveals = {
  key: (made) => reveal(made.name, made.secret),
  link: async (made) => reveal(made.name, (await ask("POST", `/api/v1/people/${made.id}/link`)).url),
};

function written(form) {
  const given = Object.fromEntries(new FormData(form));
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== "" || name === form.dataset.empty));
}

async function send(form) {
  const button = form.querySelector("[type=submit]");
  button.classList.add("is-busy");
  try {
    const told = await ask(form.dataset.method ?? "PATCH", form.dataset.setForm, written(form));
    if ("anew" in form.dataset) {
      sessionStorage.setItem("said", form.dataset.said);
      return location.reload();
    }
    tell(form.dataset.said);
    form.reset();
    await reveals[form.dataset.then]?.(told);
    changed();
  } catch (error) {
    mark(form, error.problem);
    tell(error.message, "danger");
  } finally {
    button.classList.remove("is-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.setForm) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("change", async ({ target }) => {
  if (!target.dataset.setRole) return;
  try {
    await ask("PATCH", target.dataset.setRole, { role: target.value });
    tell("The role is changed");
  } catch (error) {
    tell(error.message, "danger");
  }
  changed();
});

document.addEventListener("click", async ({ target }) => {
  const link = target.closest("[data-set-link]");
  if (link) {
    try {
      reveal(link.dataset.for, (await ask("POST", link.dataset.setLink)).url);
    } catch (error) {
      tell(error.message, "danger");
    }
  }
  if (target.closest("[data-copy]")) {
    const field = secret.querySelector("[data-secret]");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      tell("Copied");
    } catch {  // over plain http browsers give no clipboard: it is selected, Ctrl-C copies it
      tell(document.execCommand("copy") ? "Copied" : "It is selected: copy it with Ctrl-C", "info");
    }
  }
});
