/* Everything works without this file; it only makes some of it more comfortable. */

/* Dialog: <button data-dialog-open="id">, <button data-dialog-close> inside. */
document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
        const dialog = document.getElementById(opener.dataset.dialogOpen);
        if (dialog && dialog.showModal) {
            event.preventDefault();
            dialog.classList.remove("dialog--static");
            dialog.showModal();
        }
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
        event.preventDefault();
        closer.closest("dialog").close();
    }
});

/* Tabs: links to panels become tabs, moved along with the arrow keys in reading direction. */
for (const tabs of document.querySelectorAll("[data-tabs]")) {
    const list = tabs.querySelector(".tabs__list");
    const links = [...list.querySelectorAll("a")];
    const panels = links.map((link) => document.getElementById(link.hash.slice(1)));
    const show = (chosen) => {
        links.forEach((link, index) => {
            link.setAttribute("aria-selected", String(index === chosen));
            link.tabIndex = index === chosen ? 0 : -1;
            panels[index].hidden = index !== chosen;
        });
    };
    list.setAttribute("role", "tablist");
    links.forEach((link, index) => {
        link.setAttribute("role", "tab");
        link.setAttribute("aria-controls", panels[index].id);
        panels[index].setAttribute("role", "tabpanel");
        panels[index].tabIndex = 0;
        link.addEventListener("click", (event) => {
            event.preventDefault();
            show(index);
        });
        link.addEventListener("keydown", (event) => {
            const forward = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
            const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
            const step = { [forward]: 1, [back]: -1 }[event.key];
            if (step) {
                const next = (index + step + links.length) % links.length;
                show(next);
                links[next].focus();
            }
        });
    });
    show(Math.max(0, panels.findIndex((panel) => `#${panel.id}` === location.hash)));
}

/* A form that says so is sent once, however often its button is pressed; the server holds the same rule. */
document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent && form.method === "post") {
        event.preventDefault();
    }
    form.dataset.sent = "yes";
    // A download leaves the page where it is: its form must work again.
    setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
