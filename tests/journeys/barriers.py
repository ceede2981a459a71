"""What axe finds wrong with a page: all of its rules, told in lines that a person can act on."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

# Only what is wrong leaves the page: what holds is a hundred times as long, and read by nobody.
RUN = """async () => {
    const found = await axe.run({resultTypes: ["violations"]});
    return found.violations.flatMap(({id, help, nodes}) =>
        nodes.map(({html}) => `${id}: ${help}: ${html}`));
}"""
IS_THERE = "typeof axe === 'object'"


def examined(context: BrowserContext) -> BrowserContext:
    """The same visitor, whose pages bring axe with them: half a megabyte less at each look."""
    context.add_init_script(AXE_SCRIPT)
    return context


def barriers(page: Page) -> list[str]:
    """Every violation on the page as it stands: rule, what it asks for, and the element."""
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN)
    return found
