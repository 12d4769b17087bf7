package io.twinstream.deploy.acceptance.page;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lists the views of the page and what each must show, and takes pictures of them. */
final class PageViews {
    private static final String CHARTS = "document.querySelectorAll('.plot canvas').length >= ";
    private static final String SETTLED =
            "[...document.querySelectorAll('.empty')].every(e => e.textContent !== 'Reading.') && "
                    + "document.querySelector('.picture.none[aria-hidden]') === null";

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
            open(address(view));
            browser.await("what the view " + view + " shows", shown);
        });
    }

    /** Takes pictures of each view when it shows what it is for. */
    void shoot(PageShots shots) throws IOException {
        for (Map.Entry<String, String> each : SHOWN.entrySet()) {
            shots.take(each.getKey(), () -> {
                open(address(each.getKey()));
                browser.await("what the view " + each.getKey() + " shows", each.getValue());
            });
        }
    }

    /** Takes pictures of the verdict on two regions, as it is listed and enlarged. */
    void shootRegions(PageShots shots) throws IOException {
        String boxes = "document.querySelectorAll('%s .boxes .line').length === 2";
        Runnable list = () -> {
            browser.run("document.querySelectorAll('dialog[open]').forEach(each => each.close())");
            open("verdicts?source=" + PageRecords.REGIONS_SOURCE);
            browser.await("its boxes", boxes.formatted(".verdict"));
        };
        shots.take("regions", list);
        shots.take("regions-enlarged", () -> {
            list.run();
            browser.find(".verdict .opens").click();
            browser.await("its boxes, enlarged", boxes.formatted("dialog[open]"));
        });
    }

    /** Takes pictures of each view as soon as it shows something, which may be that there is nothing. */
    void shootAny(PageShots shots, String scene) throws IOException {
        for (String view : SHOWN.keySet()) {
            shots.take(scene + "-" + view, () -> {
                open(view);
                settle();
            });
        }
    }

    /** Waits until the view has read what it shows, pictures too. */
    void settle() {
        browser.await("a live page", "document.querySelector('.live:not(.not)') !== null");
        browser.await("a view that has read all", SETTLED);
    }

    /** Only a published version has histograms to draw. */
    private static String address(String view) {
        return view.equals("models") ? "models?model=letters%2F2" : view;
    }
}
