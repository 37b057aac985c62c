// The desk of a general assembly. Everything works without this; it keeps the figures fresh, and lets a telephone's camera
// read cards where the browser can.
(() => {
    const EVERY = 5000;

    // --- The figures of who is there, as other desks check people in.
    const refresh = async () => {
        const shown = document.querySelector("[data-live]");
        if (!shown) return;
        try {
            const answer = await fetch(shown.dataset.live, { credentials: "same-origin" });
            // A page of somebody who was logged out meanwhile is no figure.
            if (answer.ok && !answer.redirected) {
                const fresh = await answer.text();
                if (fresh !== shown.dataset.last) {
                    shown.dataset.last = fresh;
                    shown.innerHTML = fresh;
                }
            }
        } catch {
            // The server is away for a moment: look again later.
        }
        window.setTimeout(refresh, EVERY);
    };
    window.setTimeout(refresh, EVERY);

    // --- A scanner types into the field: what was typed before is overwritten by the next card.
    const field = document.querySelector("[data-scan]");
    field?.select();

    // --- The camera.
    const button = document.querySelector("[data-camera]");
    const picture = document.querySelector("[data-picture]");
    if (!button || !picture || !field || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;

    const read = async (detector) => {
        if (picture.hidden) return;
        const [code] = await detector.detect(picture).catch(() => []);
        if (code?.rawValue) {
            stop();
            field.value = code.rawValue;
            field.form.requestSubmit();
            return;
        }
        window.setTimeout(() => read(detector), 200);
    };

    const stop = () => {
        for (const track of picture.srcObject?.getTracks() ?? []) track.stop();
        picture.srcObject = null;
        picture.hidden = true;
    };

    const start = async () => {
        try {
            picture.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        } catch {
            // No camera, or nobody allowed it: the field is still there.
            button.hidden = true;
            return;
        }
        picture.hidden = false;
        await picture.play();
        read(new window.BarcodeDetector({ formats: ["qr_code"] }));
    };

    window.BarcodeDetector.getSupportedFormats().then((formats) => {
        button.hidden = !formats.includes("qr_code");
    });
    button.addEventListener("click", () => (picture.hidden ? start() : stop()));
})();
