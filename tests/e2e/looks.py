"""What every page owes its readers, whoever they are and whatever they read it with."""

from playwright.async_api import Page, expect

# A closed dialog gets its words when it opens; the parts of a picture go by its name.
COMPLAINTS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const said = (parts, what) => parts.map((part) => part?.[what] ?? "").join("");
  const hidden = (one) => one.closest("dialog:not([open]), [role=img], [hidden]");
  const start = (one) => one.outerHTML.slice(0, 160);

  function name(one) {
    const others = (one.getAttribute("aria-labelledby") ?? "").split(" ");
    const own = one.matches("a, button, summary") ? [one] : [];
    return said([one], "ariaLabel")
      || said(others.map((id) => document.getElementById(id)), "textContent")
      || said([...(one.labels ?? []), ...own], "textContent").trim()
      || said([...one.querySelectorAll("img")], "alt") || one.title;
  }

  const told = [];
  const fields = "input:not([type=hidden]), select, textarea, meter";
  const pressed = all(`${fields}, button, summary, a[href]`);
  const nameless = pressed.filter((one) => !hidden(one) && !name(one));
  told.push(...nameless.map((one) => `without a name: ${start(one)}`));
  const ids = all("[id]").map((one) => one.id);
  told.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: ${id}`));
  if (all("h1").length !== 1 || !said(all("h1"), "textContent").trim()) told.push("not one h1");
  if (!document.title.trim()) told.push("without a title");
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) {
    const right = (one) => one.getBoundingClientRect().right;
    const wide = all("main *").filter((one) => right(one) > innerWidth + 1);
    told.push(`${scrollWidth} px wide: ${wide.slice(0, 3).map(start)}`);
  }
  return told;
}"""


async def complaints(page: Page) -> list[str]:
    """What this page lacks: names of what can be pressed or filled in, one heading, a title; ids
    that stand there twice; and whether it is to be scrolled sideways.
    """
    told: list[str] = await page.evaluate(COMPLAINTS)
    return told


async def whole(page: Page) -> None:
    """Wait until each part of the page that is fetched by itself stands there."""
    await expect(page.locator(".waiting, .htmx-request")).to_have_count(0)
