// The admin API, see sandbox/admin.py. A mistake is thrown with the text that the server gave.

async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `the server answered ${response.status}`);
  return body;
}

function path(what, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return `/admin/${what}?${new URLSearchParams(given)}`;
}

export const get = async (what, query = {}) => answer(await fetch(path(what, query)));

export const remove = async (what, query = {}) =>
  answer(await fetch(path(what, query), { method: "DELETE" }));

export const post = async (what, body = {}) =>
  answer(await fetch(path(what, {}), { method: "POST", body: JSON.stringify(body) }));
