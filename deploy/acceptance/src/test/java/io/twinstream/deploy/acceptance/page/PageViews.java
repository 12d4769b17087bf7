package io.twinstream.deploy.acceptance.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists the views of the page and what each must show, and takes pictures of them. */
final class PageViews {
    private static final String CHARTS = "document.querySelectorAll('.plot canvas').length >= ";
    private static final int DESKTOP = 1_280;
    private static final int PHONE = 390;
    private static final int NARROWEST = 360;
    private static final int MOST_HEIGHT = 2_000;

    /** Expressions by view, each of which is true when the view shows what it is for. */
    private static final Map<String, String> SHOWN = new LinkedHashMap<>();

    static {
        SHOWN.put(
                "overview",
                CHARTS + "6 && document.querySelector('.status h2') !== null && "
                        + "document.querySelector('.status').textContent.includes('1 of 1') && "
                        + "document.querySelector('[aria-label=Sources] tbody tr') !== null && "
                        + "document.querySelector('.one .host') !== null");
        SHOWN.put(
                "verdicts",
                "[...document.querySelectorAll('.verdict')].filter(e => "
                        + "[...e.querySelectorAll('img')].filter(i => i.naturalWidth > 0).length === 2).length >= 20");
        SHOWN.put(
                "dead-letters",
                "[...document.querySelectorAll('.verdict img')].filter(i => i.naturalWidth > 0).length === 1 && "
                        + "document.querySelector('main').textContent.includes('not a probe')");
        SHOWN.put(
                "subjects",
                "document.querySelectorAll('.subjects li').length === 24 && "
                        + "[...document.querySelectorAll('.subjects img')].filter(i => i.naturalWidth > 0).length === 24");
        SHOWN.put("models", CHARTS + "1 && document.querySelector('main').textContent.includes('letters/2')");
        SHOWN.put("training", CHARTS + "2 && document.querySelector('progress') !== null");
        SHOWN.put(
                "alarms",
                "document.querySelectorAll('.alarms > .raised').length === 1 && "
                        + "document.querySelector('.count') !== null");
    }

    private final Browser browser;
    private final List<String> tooWide = new ArrayList<>();

    PageViews(Browser browser) {
        this.browser = browser;
    }

    /** Goes to a view, which may have parameters. */
    void open(String view) {
        browser.run("location.hash = arguments[0]", "/" + view);
        String title = view.replaceAll("\\?.*", "").replace('-', ' ');
        browser.await(
                "the view " + title,
                "document.querySelector('h1')?.textContent.toLowerCase() === '%s'".formatted(title));
    }

    /** Waits until each shows what it is for. */
    void showTheirs() {
        browser.await("a live page", "document.querySelector('.live:not(.not)') !== null");
        SHOWN.forEach((view, shown) -> {
            // Only a published version has histograms to draw.
            open(view.equals("models") ? "models?model=letters%2F2" : view);
            browser.await("what the view " + view + " shows", shown);
        });
    }

    /** Takes pictures of each view, in light and dark, on a desktop and a phone, and returns how many. */
    int shoot(Path folder) throws IOException {
        Files.createDirectories(folder);
        int shots = 0;
        for (String scheme : List.of("light", "dark")) {
            for (int width : List.of(DESKTOP, PHONE)) {
                for (String view : SHOWN.keySet()) {
                    show(view, width, scheme);
                    browser.shoot(folder.resolve("%s-%s-%d.png".formatted(view, scheme, width)), MOST_HEIGHT);
                    shots++;
                }
            }
        }
        for (String view : SHOWN.keySet()) {
            show(view, NARROWEST, "light");
            if (!Boolean.TRUE.equals(browser.value("document.documentElement.scrollWidth <= innerWidth"))) {
                tooWide.add(view);
            }
        }
        return shots;
    }

    /** Returns the views that don't fit into the width of a small phone, after {@link #shoot}. */
    List<String> tooWide() {
        return tooWide;
    }

    private void show(String view, int width, String scheme) {
        browser.look(width, scheme);
        open(view.equals("models") ? "models?model=letters%2F2" : view);
        browser.await("what the view " + view + " shows", SHOWN.get(view));
    }
}
