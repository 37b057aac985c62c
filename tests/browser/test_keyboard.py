"""Everything that matters can be done without a mouse."""

from playwright.sync_api import Page, expect

FOCUSED = "document.activeElement"


def tab_to(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on `selector`, and see that the eye can find it."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"selector => {FOCUSED}.matches(selector)", selector):
            outlines = page.evaluate(
                f"[{FOCUSED}, {FOCUSED}.closest('label')].filter(Boolean).map(one => getComputedStyle(one).outlineStyle)"
            )
            assert set(outlines) != {"none"}, f"{selector} has no visible focus"
            return
    raise AssertionError(f"Tab never came to {selector}")


def test_somebody_joins_by_keyboard_alone(desktop, server, language):
    desktop.goto(server.url(f"/{language}/membership/"))
    tab_to(desktop, "a[href='#content']")
    desktop.keyboard.press("Enter")
    tab_to(desktop, "a[href$='/pay/join/member/']")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/pay/join/member/")
    for name, words in (("given_name", "Kay"), ("family_name", "Board"), ("email", f"kay-{language}@browser.example")):
        tab_to(desktop, f"[name={name}]")
        desktop.keyboard.type(words)
    tab_to(desktop, "[name=wants_news]")
    desktop.keyboard.press("Space")
    expect(desktop.locator("[name=wants_news]")).to_be_checked()
    tab_to(desktop, "main form button")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/sandbox/**")
    tab_to(desktop, "button[value=succeed]")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/pay/*-*/")


def test_level_scale_is_chosen_with_the_arrow_keys(desktop, server, language):
    desktop.goto(server.url(f"/{language}/survey/clinic/"))
    scale = desktop.locator("fieldset.level-scale").first
    name = scale.locator("input").first.get_attribute("name")
    tab_to(desktop, f"[name='{name}']")
    desktop.keyboard.press("Space")
    expect(scale.locator("input[value='5']")).to_be_checked()
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("ArrowDown")
    expect(scale.locator("input[value='3']")).to_be_checked()
    desktop.keyboard.press("ArrowUp")
    expect(scale.locator("input[value='4']")).to_be_checked()


def test_menu_opens_by_keyboard_on_a_phone(phone, server, language):
    phone.goto(server.url(f"/{language}/"))
    tab_to(phone, ".site-menu > summary")
    phone.keyboard.press("Enter")
    tab_to(phone, ".site-menu a[href$='/membership/']")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/membership/")
