package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Watches the page at 1,000 verdicts a second, with 100,000 subjects and as much history as it keeps, for ten minutes, in each
 * of which it shows the charts, the verdicts with their pictures, and pages of subjects. After a minute to warm up, the median
 * of the last three minutes is at most 1.15 times that of the first three: the main thread's processor time; the heap after
 * forced collections, DOM nodes, and event listeners, each with the charts open and again in a view without any.
 */
public final class PageUnderLoad implements AcceptanceCheck {
    private static final int PER_SECOND = 1_000;
    private static final int SUBJECTS = 100_000;
    private static final int MINUTES = 10;
    private static final int THIRD = 3;
    private static final double MOST = 1.15;
    private static final int TEMPLATES = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration HISTORY = Duration.ofMinutes(20);
    private static final int HISTORY_PER_SECOND = 12;
    private static final String PREFIX = "page-load";

    private final int subjects;
    private final int minutes;

    public PageUnderLoad() {
        this(SUBJECTS, MINUTES);
    }

    /**
     * Prepares the check with other numbers.
     *
     * @param subjects number of subjects; fewer show no more than that it works
     * @param minutes minutes of the load; fewer show no more than that it works
     */
    public PageUnderLoad(int subjects, int minutes) {
        this.subjects = subjects;
        this.minutes = minutes;
    }

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig()) {
            Topics topics = rig.createTopics(PREFIX);
            Settings settings = rig.settings(PREFIX);
            Images images = Images.read(folder);
            Mix mix = new Mix(images, 7, List.of(TaskKind.PAIR, TaskKind.CLAIM));
            enrol(rig, topics, images, mix.enrol(rig, topics));
            for (int i = 0; i < TEMPLATES; i++) {
                mix.send(rig, topics, "probe-" + i);
            }
            rig.flush();
            try (VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Awaitility.await("the gallery").atMost(LIMIT).until(verifier::ready);
                answers.await(TEMPLATES, LIMIT);
                try (VerdictStream stream = new VerdictStream(
                                settings, List.copyOf(answers.verdicts().values()));
                        Browser browser = new Browser()) {
                    stream.tellOf(HISTORY, HISTORY_PER_SECOND);
                    stream.start(PER_SECOND);
                    return watch(browser, "http://127.0.0.1:%d/".formatted(verifier.port()), stream);
                }
            }
        }
    }

    private Result watch(Browser browser, String page, VerdictStream stream) throws Exception {
        PageViews views = new PageViews(browser);
        browser.open(page);
        browser.await("a live page", "document.querySelector('.live:not(.not)') !== null");
        PageMeter meter = new PageMeter(browser);
        List<PageMeter.Reading> readings = new ArrayList<>();
        String shown = "";
        for (int minute = 0; minute <= minutes; minute++) {
            meter.begin();
            shown = minute(browser, views);
            double share = meter.share();
            PageMeter.Held busy = meter.held();
            views.open("alarms");
            PageMeter.Reading reading = new PageMeter.Reading(share, busy, meter.held());
            System.err.printf("minute %d of %d: %s, %d verdicts sent%n", minute, minutes, reading, stream.sent());
            if (minute > 0) {
                readings.add(reading);
            }
        }
        List<String> errors = browser.errors();
        errors.forEach(System.err::println);
        int third = Math.min(THIRD, readings.size());
        PageMeter.Reading first = PageMeter.Reading.median(readings.subList(0, third));
        PageMeter.Reading last = PageMeter.Reading.median(readings.subList(readings.size() - third, readings.size()));
        double worst = last.mostTimes(first);
        String figures =
                "%d verdicts sent in %d minutes, %d subjects; the page says %s; first %d minutes %s; last %s; at most %.2f times as much, bar %.2f; %d errors on the console"
                        .formatted(
                                stream.sent(),
                                minutes,
                                subjects,
                                shown,
                                third,
                                first,
                                last,
                                worst,
                                MOST,
                                errors.size());
        return new Result(errors.isEmpty() && worst <= MOST, figures);
    }

    /** Looks around for one minute, and returns the throughput that the page shows. */
    private static String minute(Browser browser, PageViews views) throws InterruptedException {
        views.open("verdicts");
        TimeUnit.SECONDS.sleep(20);
        views.open("subjects");
        for (int turned = 0; turned < 5; turned++) {
            browser.await("a page of subjects", "document.querySelectorAll('.subjects li').length === 24");
            TimeUnit.SECONDS.sleep(3);
            browser.click("main", "Next");
        }
        views.open("overview");
        TimeUnit.SECONDS.sleep(22);
        return String.valueOf(browser.value(
                "document.querySelector('[aria-label^=\"Verdicts a second\"]')?.ariaLabel.split('. ')[1]"));
    }

    /** Enrols the drawings again under other names, until there are as many subjects as asked for. */
    private void enrol(Rig rig, Topics topics, Images images, int enrolled) {
        List<Drawing> drawings = images.all();
        for (int i = 0; i < subjects - enrolled; i++) {
            Drawing drawing = drawings.get(i % drawings.size());
            rig.enrol(
                    topics,
                    "%s.%s.%d".formatted(drawing.subject(), drawing.drawer(), i / drawings.size()),
                    "1",
                    drawing.png());
        }
        rig.flush();
    }
}
