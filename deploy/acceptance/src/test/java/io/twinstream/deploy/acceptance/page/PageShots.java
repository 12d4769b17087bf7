package io.twinstream.deploy.acceptance.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes pictures of what the page shows, in light and dark, on a desktop and a phone. It keeps what can't be read there: what is
 * wider than the screen, cut, written over something else, or too pale.
 */
final class PageShots {
    private static final int DESKTOP = 1_280;
    private static final int PHONE = 390;
    private static final int NARROWEST = 360;
    private static final Duration SETTLES = Duration.ofSeconds(30);

    /**
     * A script that lists what can't be read. The least contrast is that of WCAG 2.2 for text, 4.5. A dialog stands before all
     * else, so then only what is in it counts.
     */
    private static final String UNREADABLE = """
            const faults = new Set();
            const fault = (what, text) => faults.add(`${what}: "${text.trim().slice(0, 40)}"`);
            const wide = document.documentElement.scrollWidth - innerWidth;
            if (wide > 0) faults.add(`${wide} pixels too wide`);
            const root = document.querySelector('dialog[open]') ?? document.body;
            const numbers = colour => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
            const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
            const behind = e => {
              if (!e) return [255, 255, 255, 1];
              const own = numbers(getComputedStyle(e).backgroundColor);
              return own[3] === 1 ? own : over(own, behind(e.parentElement));
            };
            const luminance = colour => {
              const [r, g, b] = colour.map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const contrast = (a, b) => {
              const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
              return (high + 0.05) / (low + 0.05);
            };
            for (const e of root.querySelectorAll('*')) {
              const style = getComputedStyle(e);
              const scrolls = style.overflowX !== 'visible' && !e.matches('.unseen, .skip, input, select, option, dialog');
              if (scrolls && e.clientWidth && e.scrollWidth > e.clientWidth + 1) fault('cut', e.ariaLabel ?? e.textContent);
            }
            const lines = [];
            const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            for (let node = texts.nextNode(); node; node = texts.nextNode()) {
              const e = node.parentElement;
              if (!node.data.trim() || e.closest('.unseen, .skip, script, option, [hidden]')
                  || e.closest('details:not([open])') && !e.closest('summary') || !e.checkVisibility()) continue;
              const range = document.createRange();
              range.selectNodeContents(node);
              const own = [...range.getClientRects()].filter(box => box.width > 1 && box.height > 1);
              if (!own.length) continue;
              if (own.some(box => box.right > innerWidth + 1 || box.left < -1)) fault('beyond the edge', node.data);
              const back = behind(e);
              const ratio = contrast(over(numbers(getComputedStyle(e).color), back), back);
              if (ratio < 4.5) fault(`contrast of ${ratio.toFixed(2)}`, node.data);
              own.forEach(box => lines.push({ box, text: node.data }));
            }
            lines.sort((a, b) => a.box.top - b.box.top);
            lines.forEach((a, i) => {
              for (let j = i + 1; j < lines.length && lines[j].box.top < a.box.bottom - 4; j++) {
                const b = lines[j];
                if (Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left) > 3) {
                  fault(`over "${b.text.trim().slice(0, 40)}"`, a.text);
                }
              }
            });
            return [...faults]""";

    private final Browser browser;
    private final Path folder;
    private final int mostHeight;
    private final List<String> unreadable = new ArrayList<>();
    private int taken;

    /**
     * Prepares a folder for the pictures.
     *
     * @param mostHeight pixels of a page from its top that a picture shows at most
     */
    PageShots(Browser browser, Path folder, int mostHeight) throws IOException {
        this.browser = browser;
        this.folder = Files.createDirectories(folder);
        this.mostHeight = mostHeight;
    }

    /**
     * Takes the four pictures of a view, {@code NAME-SCHEME-WIDTH.png}, and looks at it once more on the smallest of phones.
     *
     * @param show opens the view, and waits until it shows what it is for
     */
    void take(String name, Runnable show) throws IOException {
        for (String scheme : List.of("light", "dark")) {
            for (int width : List.of(DESKTOP, PHONE)) {
                String shot = "%s-%s-%d".formatted(name, scheme, width);
                look(shot, width, scheme, show);
                browser.shoot(folder.resolve(shot + ".png"), mostHeight);
                taken++;
            }
        }
        look("%s-light-%d".formatted(name, NARROWEST), NARROWEST, "light", show);
    }

    /** Returns how many pictures were taken. */
    int taken() {
        return taken;
    }

    /** Returns what can't be read, each with where it is. */
    List<String> unreadable() {
        return unreadable;
    }

    private void look(String shot, int width, String scheme, Runnable show) {
        browser.look(width, scheme);
        show.run();
        List<?> faults;
        long start = System.nanoTime();
        // A chart follows the width of its place a moment later.
        do {
            faults = (List<?>) browser.run(UNREADABLE);
        } while (!faults.isEmpty() && System.nanoTime() - start < SETTLES.toNanos());
        faults.forEach(fault -> unreadable.add(shot + ": " + fault));
    }
}
