// Keeps what is marked with data-progress up to date while long work goes on, without reloading the page under its reader.
(() => {
    const look = async () => {
        const shown = document.querySelector("[data-progress]");
        if (!shown) return;
        try {
            const answer = await fetch(window.location.href, { credentials: "same-origin" });
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            const fresh = page.querySelector("[data-progress]");
            if (answer.ok && !fresh) {
                window.location.reload();
                return;
            }
            const [bar, freshBar] = [shown, fresh].map((section) => section?.querySelector("progress"));
            if (bar && freshBar) bar.value = freshBar.value;
            const [text, freshText] = [shown, fresh].map((section) => section?.querySelector("[data-progress-text]"));
            if (text && freshText) text.textContent = freshText.textContent;
        } catch {
            // The server is away for a moment: look again later.
        }
        window.setTimeout(look, 2000);
    };
    window.setTimeout(look, 2000);
})();
