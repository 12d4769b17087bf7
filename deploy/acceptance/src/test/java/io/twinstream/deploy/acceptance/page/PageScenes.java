package io.twinstream.deploy.acceptance.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.WatchingSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;

/**
 * Takes pictures of every view of the page for people to look at, of two verifiers that have just started, that have traffic,
 * and that have an incident: a source whose pictures are inverted, dead letters, an open transaction of somebody else on the
 * references, and one verifier killed. The folder that is given takes the pictures.
 */
public final class PageScenes implements AcceptanceCheck {
    private static final String PREFIX = "page-scenes";
    private static final ModelId NEXT = new ModelId("letters", "2");
    private static final ModelId SHADOW = new ModelId("letters", "2.1");
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String WINDOWS_MS = "2000,60000";
    private static final int PER_SECOND = 25;
    /** So many probes fill some thirty windows, from which a source's usual rate is learnt. */
    private static final int LEARNT = 1_500;

    private static final int BLANK_SIDE = 105;
    private static final int MOST_HEIGHT = 4_000;
    private static final int DOCS_WIDTH = 1_280;
    private static final int DOCS_HEIGHT = 1_640;
    private static final String CLOSE_DIALOGS =
            "document.querySelectorAll('dialog[open]').forEach(each => each.close())";

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig();
                Browser browser = new Browser()) {
            Settings settings = rig.settings(PREFIX, IngestSettings.HTTP_PORT, "0");
            Topics topics = rig.createTopics(settings);
            PageViews views = new PageViews(browser);
            PageShots shots = new PageShots(browser, folder, MOST_HEIGHT);
            try (IngestService ingest = IngestService.start(IngestSettings.of(settings));
                    Verifiers others = new Verifiers(rig, PREFIX);
                    SceneTraffic traffic = new SceneTraffic(rig, topics)) {
                Process other = others.start(WatchingSettings.WINDOW_SIZES + "=" + WINDOWS_MS);
                try (VerifierService verifier = VerifierService.start(VerifierSettings.of(rig.settings(
                        PREFIX,
                        WatchingSettings.WINDOW_SIZES,
                        WINDOWS_MS,
                        VerifierSettings.INGEST_URL,
                        "http://127.0.0.1:" + ingest.port(),
                        VerifierSettings.THREADS,
                        "2")))) {
                    Awaitility.await("the verifier is ready").atMost(LIMIT).until(verifier::ready);
                    browser.open("http://127.0.0.1:%d/".formatted(verifier.port()));
                    browser.awaitText(".status", "2 of 2");
                    views.shootAny(shots, "empty");
                    work(settings, traffic);
                    views.open("overview");
                    browser.awaitText(".swaps", NEXT.toString());
                    views.shootAny(shots, "traffic");
                    browser.look(DOCS_WIDTH, "light");
                    views.open("overview");
                    views.settle();
                    browser.shoot(folder.resolve("page.png"), DOCS_HEIGHT);
                    openUp(browser, views, shots);
                    try (OpenTransactor foreign = disturb(rig, settings, topics, traffic, other)) {
                        views.open("overview");
                        browser.awaitText(".troubles", "not been readable");
                        browser.awaitText(".troubles", SceneTraffic.SOURCES.get(1));
                        browser.awaitText(".troubles", "be judged: see why");
                        browser.awaitText(".troubles", "did not stop in order");
                        browser.awaitText(".status", "1 of 2");
                        views.shootAny(shots, "incident");
                        follow(browser, views, shots);
                    }
                }
                shots.take("gone-overview", () -> {
                    views.open("overview");
                    browser.await("a page that isn't live", "document.querySelector('.live.not') !== null");
                });
            }
            shots.unreadable().forEach(System.err::println);
            return new Result(
                    shots.unreadable().isEmpty(),
                    "%d pictures in %s, %d texts cut, covered, pale or beyond the edge"
                            .formatted(shots.taken(), folder, shots.unreadable().size()));
        }
    }

    /** Enrols people, trains, publishes, sends probes, and activates a version beside another in the shadow. */
    private static void work(Settings settings, SceneTraffic traffic) throws Exception {
        traffic.enrol(blank());
        PageRecords.tellOfTraining(settings);
        Releases.publish(settings, "compact", NEXT);
        Releases.publish(settings, "compact", SHADOW);
        traffic.start(PER_SECOND);
        awaitSent(traffic, LEARNT / 2);
        Releases.activate(settings, ModelSlot.SERVING, NEXT, Duration.ZERO);
        Releases.activate(settings, ModelSlot.SHADOW, SHADOW, Duration.ZERO);
        awaitSent(traffic, traffic.sent() + LEARNT);
    }

    private static OpenTransactor disturb(
            Rig rig, Settings settings, Topics topics, SceneTraffic traffic, Process verifier) throws Exception {
        traffic.invert(SceneTraffic.SOURCES.get(1));
        rig.raw(topics, "gate-8", blank());
        rig.raw(topics, "gate-9", "neither a probe nor a picture".getBytes(UTF_8));
        rig.flush();
        verifier.destroyForcibly().waitFor();
        return new OpenTransactor(settings, "nightly-import", Duration.ofMinutes(15))
                .write(topics.references(), 0, "somebody/1", blank());
    }

    /** Takes pictures of what opens in the views. */
    private static void openUp(Browser browser, PageViews views, PageShots shots) throws IOException {
        shots.take("traffic-shipped-model", () -> {
            views.open("models");
            browser.await("the list of models", "!!document.querySelector('main a[href*=\"compact%2F\"]')");
            browser.run("document.querySelector('main a[href*=\"compact%2F\"]').click()");
            browser.await(
                    "the shipped model", "document.querySelector('section h2')?.textContent.includes('compact/')");
            views.settle();
        });
        shots.take("traffic-activate", () -> {
            browser.run(CLOSE_DIALOGS);
            views.open("models?model=letters%2F2.1");
            browser.awaitText("section h2", SHADOW.toString());
            browser.click("section .buttons", "Activate");
        });
        shots.take("traffic-candidates", () -> {
            browser.run(CLOSE_DIALOGS);
            // A view that is opened anew goes on by itself.
            views.open("alarms");
            views.open("verdicts?task=IDENTIFY");
            browser.await("candidates", "document.querySelector('.verdict details') !== null");
            browser.click(".bar", "Pause");
            browser.run("document.querySelectorAll('.verdict details').forEach((each, i) => { each.open = i < 2; })");
            browser.await("their pictures", "document.querySelector('.candidates img')?.naturalWidth > 0");
            views.settle();
        });
        shots.take("traffic-enlarged", () -> {
            browser.run(CLOSE_DIALOGS);
            browser.find(".verdict .opens").click();
            views.settle();
        });
        shots.take("traffic-who", () -> {
            browser.run(CLOSE_DIALOGS);
            browser.click(".verdict .feedback", "Who it was …");
        });
        shots.take("traffic-erase", () -> {
            browser.run(CLOSE_DIALOGS);
            views.open("subjects");
            browser.await("subjects", "document.querySelectorAll('.subjects li').length > 1");
            browser.click(".subjects li:nth-child(2)", "Erase");
        });
        browser.run(CLOSE_DIALOGS);
        shots.take("traffic-unusable", () -> {
            views.open("subjects");
            browser.await("unusable references", "document.querySelector('.unusable') !== null");
            browser.run("document.querySelector('.unusable').open = true");
        });
    }

    /** Takes pictures of where an incident leads. */
    private static void follow(Browser browser, PageViews views, PageShots shots) throws IOException {
        shots.take("incident-statistics", () -> {
            views.open("alarms");
            browser.await("an incident", "document.querySelector('.alarms details') !== null");
            browser.run("document.querySelectorAll('.alarms details').forEach(each => { each.open = true; })");
        });
        shots.take("incident-of-that-time", () -> {
            views.open("alarms");
            browser.await("an incident", "document.querySelector('.alarms .links a') !== null");
            browser.find(".alarms .links a").click();
            browser.await("its verdicts", "document.querySelectorAll('.verdict').length > 0");
            views.settle();
        });
    }

    private static void awaitSent(SceneTraffic traffic, long count) {
        Awaitility.await(count + " probes are sent").atMost(LIMIT).until(() -> traffic.sent() >= count);
    }

    private static byte[] blank() throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(BLANK_SIDE, BLANK_SIDE, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        return png.toByteArray();
    }
}
