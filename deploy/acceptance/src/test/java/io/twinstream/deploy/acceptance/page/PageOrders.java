package io.twinstream.deploy.acceptance.page;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Does what somebody does on the page, and waits for what comes of it there. Each order gives the seconds until it shows. */
final class PageOrders {
    private static final String SOURCE = "page-check";
    private static final String REASON = "better on the left hand";

    /** A script that counts the pixels of the first chart that have the colour of the marks. */
    private static final String MARKED = """
            (() => {
              const canvas = document.querySelector('.plot canvas');
              const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              const [r, g, b] = getComputedStyle(document.querySelector('.tip')).borderTopColor.match(/\\d+/g).map(Number);
              let marked = 0;
              for (let i = 0; i < data.length; i += 4) {
                marked += data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255;
              }
              return marked;
            })()""";

    private static final String DROP = """
            const bytes = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));
            const dropped = new DataTransfer();
            dropped.items.add(new File([bytes], 'dropped.png', {type: 'image/png'}));
            document.querySelector('.drop').dispatchEvent(new DragEvent('drop', {dataTransfer: dropped, bubbles: true, cancelable: true}))""";

    /**
     * A script that gives the greatest distance, in pixels of the screen, between a box's corners as drawn and where they belong
     * on the fitted picture.
     */
    private static final String BOXES_OFF = """
            const frame = document.querySelector(arguments[0]);
            const image = frame.querySelector('img');
            const shown = image.getBoundingClientRect();
            const border = parseFloat(getComputedStyle(image).borderTopWidth);
            const [width, height] = [shown.width - 2 * border, shown.height - 2 * border];
            const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight);
            const left = shown.left + border + (width - scale * image.naturalWidth) / 2;
            const top = shown.top + border + (height - scale * image.naturalHeight) / 2;
            let off = 0;
            frame.querySelectorAll('.boxes .line').forEach((rect, i) => {
              const [x, y, across, down] = arguments[1][i];
              const drawn = rect.getBBox();
              const at = (px, py) => new DOMPoint(px, py).matrixTransform(rect.getScreenCTM());
              const corners = [[at(drawn.x, drawn.y), x, y],
                [at(drawn.x + drawn.width, drawn.y + drawn.height), x + across, y + down]];
              for (const [point, px, py] of corners) {
                off = Math.max(off, Math.abs(point.x - left - scale * px), Math.abs(point.y - top - scale * py));
              }
            });
            return off""";

    private static final double MOST_OFF = 0.5;

    private final Browser browser;
    private final PageViews views;
    private final URI ingest;
    private final HttpClient client = HttpClient.newHttpClient();

    PageOrders(Browser browser, PageViews views, URI ingest) {
        this.browser = browser;
        this.views = views;
        this.ingest = ingest;
    }

    /** Activates a version, until the charts are marked and new verdicts are by it. */
    double activate(ModelId model) {
        views.open("overview");
        browser.await("a chart of the match rate", "document.querySelector('.plot canvas') !== null");
        browser.await("charts without a mark", MARKED + " === 0");
        views.open("models?model=" + model.toString().replace("/", "%2F"));
        browser.awaitText("h2", model.toString());
        browser.click("section .buttons", "Activate");
        browser.click("dialog", "Activate");
        browser.await(
                "a dialog that wants a reason", "document.querySelector('dialog [name=reason]:invalid') !== null");
        browser.type("dialog [name=reason]", REASON);
        browser.click("dialog", "Activate");
        browser.awaitText("[role=status]", model + " serves from");
        views.open("verdicts");
        double seconds = browser.await(
                "verdicts by the new version",
                "document.querySelector('.verdict .model')?.textContent === '%s'".formatted(model));
        views.open("overview");
        browser.awaitText(".swaps", REASON);
        browser.await("a mark in the chart", MARKED + " > 20");
        views.open("models");
        browser.awaitText(".badge.role.predecessor", "served before");
        browser.awaitText(".bar button", "Roll back");
        return seconds;
    }

    /** Follows an alarm to the verdicts of its source at that time, which have pictures. */
    double followAlarm(String source) {
        views.open("alarms");
        browser.awaitText(".alarms > .raised", "What to do");
        browser.await(
                "statistics behind a fold", "document.querySelector('.alarms details:not([open]) table') !== null");
        browser.find(".alarms > .raised .links a").click();
        return browser.await(
                "the verdicts of the alarm's source and time",
                "location.hash.includes('source=%1$s') && location.hash.includes('from=') && ".formatted(source)
                        + "document.querySelector('h1').textContent === 'Verdicts' && "
                        + "document.querySelectorAll('.verdict').length > 0 && "
                        + "[...document.querySelectorAll('.verdict')].every(e => e.textContent.includes('%s')) && "
                                .formatted(source)
                        + "document.querySelector('.verdict img')?.naturalWidth > 0");
    }

    /** Says of a claim that matched that it is right, and of another that it is wrong. */
    void tellOfVerdicts() {
        // A view that is opened anew goes on by itself.
        views.open("alarms");
        views.open("verdicts?task=CLAIM&outcome=MATCH");
        browser.await("claims that matched", "document.querySelectorAll('.verdict .feedback').length > 1");
        browser.click(".bar", "Pause");
        browser.click(".verdict:nth-child(1) .feedback", "Right");
        browser.awaitText(".feedback .outcome", "Taken: it shows");
        browser.click(".verdict:nth-child(2) .feedback", "Wrong");
        browser.awaitText(".feedback .outcome", "Taken: it is wrong");
    }

    /** Enlarges a verdict's pictures, and closes them again. */
    void enlarge() {
        views.open("verdicts");
        browser.await("pictures", "document.querySelector('.verdict .opens img')?.naturalWidth > 0");
        browser.click(".bar", "Pause");
        browser.find(".verdict .opens").click();
        browser.await(
                "two large pictures, the probe's and another",
                "new Set([...document.querySelectorAll('dialog.enlarged[open] .picture')].filter(e => e.naturalWidth > 0).map(e => e.alt)).size === 2");
        browser.click("dialog.enlarged", "Close");
        browser.await("no large pictures", "document.querySelector('dialog') === null");
    }

    /**
     * Looks at the verdict on two regions: each has its box at its place on the picture, small and enlarged, and a line beside
     * it that says who it is.
     *
     * @return by how many pixels of the screen a box is off at most
     */
    double seeRegions(Settings settings) throws Exception {
        views.open("subjects");
        browser.await("two subjects", "document.querySelectorAll('.subjects li .opens').length > 1");
        Candidate found = enrolled(1, 0.993);
        Candidate nearest = enrolled(2, 0.214);
        PageRecords.writeRegions(settings, found, nearest);
        views.open("verdicts?source=" + PageRecords.REGIONS_SOURCE);
        browser.await(
                "two boxes on a picture, one of them a match's",
                "document.querySelectorAll('.verdict .boxes .line').length === 2 && "
                        + "document.querySelectorAll('.verdict .boxes .match .line').length === 1");
        browser.await(
                "what is said of each",
                "[...document.querySelectorAll('.verdict details[open] .regions strong')].map(e => e.textContent).join() === '%s,not %s'"
                        .formatted(found.getSubjectId(), nearest.getSubjectId()));
        browser.await(
                "the same for readers",
                "document.querySelector('.verdict img').alt.endsWith(': 2 regions found, 1 is %s')"
                        .formatted(found.getSubjectId()));
        double small = boxesOff(".verdict .boxed");
        browser.click(".bar", "Pause");
        browser.find(".verdict .opens").click();
        browser.await(
                "numbered boxes on the large picture",
                "[...document.querySelectorAll('dialog.enlarged[open] .boxes text')].map(e => e.textContent).join() === '1,2'");
        double large = boxesOff("dialog.enlarged .boxed");
        browser.click("dialog.enlarged", "Close");
        browser.await("no large pictures", "document.querySelector('dialog') === null");
        double most = Math.max(small, large);
        if (!(most <= MOST_OFF)) {
            throw new IllegalStateException("a box lies %.1f pixels beside its place".formatted(most));
        }
        return most;
    }

    /** Returns a candidate whose picture the page can show. */
    private Candidate enrolled(int number, double score) {
        String item = "document.querySelector('.subjects li:nth-child(%d) %s')".formatted(number, "%s");
        return new Candidate(
                (String) browser.value(item.formatted("strong") + ".textContent"),
                (String) browser.value(item.formatted(".opens") + ".title"),
                score);
    }

    private double boxesOff(String frame) {
        List<List<Float>> boxes = PageRecords.REGIONS.stream()
                .map(each -> List.of(each.getX(), each.getY(), each.getWidth(), each.getHeight()))
                .toList();
        return ((Number) browser.run(BOXES_OFF, frame, boxes)).doubleValue();
    }

    /** Drops a picture, until a claim with it matches. */
    double enrol(String subject, byte[] picture) throws Exception {
        views.open("subjects");
        browser.await("a place to drop pictures", "document.querySelector('.drop') !== null");
        browser.run(DROP, Base64.getEncoder().encodeToString(picture));
        browser.awaitText(".drop", "dropped.png");
        browser.type(".drop [name=subject]", subject);
        browser.click(".drop", "Enrol");
        browser.awaitText("[role=status]", "One picture of %s enrolled".formatted(subject));
        browser.type("[type=search]", subject);
        double seconds = browser.await(
                "the subject with its picture",
                "document.querySelectorAll('.subjects li').length === 1 && document.querySelector('.subjects img')?.naturalWidth > 0");
        return seconds + claim(subject, picture, "MATCH");
    }

    /** Erases a subject, until nobody is enrolled under its name. */
    double erase(String subject, byte[] picture) throws Exception {
        views.open("subjects");
        browser.type("[type=search]", subject);
        browser.await("the subject alone", "document.querySelectorAll('.subjects li').length === 1");
        browser.click(".subjects", "Erase");
        browser.click("dialog", "Erase");
        browser.awaitText("[role=status]", subject + " is erased");
        double seconds = browser.await("no such subject", "document.querySelectorAll('.subjects li').length === 0");
        return seconds + claim(subject, picture, "UNDECIDED");
    }

    /** Waits for a claim's verdict with its picture among those that have this outcome. */
    private double claim(String subject, byte[] picture, String outcome) throws IOException, InterruptedException {
        views.open("verdicts?source=%s&outcome=%s".formatted(SOURCE, outcome));
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(
                                ingest.resolve("/v1/probes?source=%s&task=claim&subject=%s".formatted(SOURCE, subject)))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(picture))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 202) {
            throw new IllegalStateException("ingest answers " + answer.statusCode() + ": " + answer.body());
        }
        return browser.await(
                "a claim that is " + outcome,
                "document.querySelector('.verdict .badge.%s') !== null && document.querySelector('.verdict img')?.naturalWidth > 0"
                        .formatted(outcome.toLowerCase(Locale.ROOT)));
    }
}
