package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.FreePort;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Works the page of a demo in a headless Chromium, with tokens. Who may only read can't act. With the token that may operate,
 * each view shows what it is for, and the overview first whether all is well. An activation marks the charts and changes the version of new verdicts, an alarm leads to the verdicts of its time, regions have their boxes on the picture, feedback is taken, a picture that is
 * dropped matches afterwards, and is gone once it is erased. A training run is asked for, learns and is cancelled. There is no error on the console but those that the check
 * provokes, and in each view, light and dark, from a small phone to a desktop, all text can be read. Screenshots of every view go to {@code deploy/acceptance/target/page}.
 */
public final class PageAtWork implements AcceptanceCheck {
    private static final String OPERATE = "operating-token";
    private static final String READ = "reading-token";
    private static final ModelId NEXT = new ModelId("letters", "2");
    /** The demo's drawings; its people beyond the 25 enrolled are strangers. */
    private static final DrawnCharacters DRAWINGS = new DrawnCharacters(1);

    private static final int STRANGER = 40;
    private static final int OUTSIDE_HAND = 0;
    private static final int MOST_HEIGHT = 2_000;

    /** Requests that are refused on purpose: asking without a token and with a wrong one, acting with one that reads, and a version twice. */
    private static final List<String> PROVOKED = List.of("status of 401", "status of 403", "status of 409");

    @Override
    public Result run(Path folder) throws Exception {
        int trainerPort = FreePort.find();
        try (DemoProcess demo = new DemoProcess(
                        "--rate",
                        "20",
                        "--set",
                        "verifier.http.token=" + OPERATE,
                        "--set",
                        "verifier.http.read.token=" + READ,
                        "--set",
                        "verifier.trainer.url=http://127.0.0.1:" + trainerPort,
                        "--set",
                        "verifier.trainer.token=" + PageTraining.TOKEN);
                PageTraining training = new PageTraining(demo.settings(), trainerPort);
                Browser browser = new Browser()) {
            List<String> figures = new ArrayList<>();
            PageViews views = new PageViews(browser);
            PageRecords.write(demo.settings());
            Releases.publish(demo.settings(), "compact", NEXT);
            asksForAToken(browser, demo);
            readsAndNothingMore(browser, views);
            browser.run("sessionStorage.clear()");
            enter(browser, demo, OPERATE);
            views.showTheirs();
            new PageKeyboard(browser, views).reachesEverything();
            PageOrders orders = new PageOrders(browser, views, demo.ingest());
            figures.add("%.1f s from an activation to a verdict by its version".formatted(orders.activate(NEXT)));
            figures.add("%.1f s from an alarm to the verdicts of its time"
                    .formatted(orders.followAlarm(PageRecords.SOURCE)));
            orders.enlarge();
            figures.add("boxes off by %.2f pixels at most".formatted(orders.seeRegions(demo.settings())));
            orders.tellOfVerdicts();
            byte[] picture = DRAWINGS.png(STRANGER, OUTSIDE_HAND);
            figures.add("%.1f s from a drop to a match".formatted(orders.enrol("dropped", picture)));
            figures.add("%.1f s from an erasure to an undecided claim".formatted(orders.erase("dropped", picture)));
            figures.add("%.1f s from a request to a run that learns".formatted(training.askAndCancel(browser, views)));
            PageShots shots = new PageShots(
                    browser,
                    Path.of(System.getProperty("twinstream.target", "deploy/acceptance/target"), "page"),
                    MOST_HEIGHT);
            views.shoot(shots);
            views.shootRegions(shots);
            figures.add(shots.taken() + " screenshots");
            List<String> errors = browser.errors().stream()
                    .filter(error -> PROVOKED.stream().noneMatch(error::contains))
                    .toList();
            errors.forEach(System.err::println);
            figures.add(errors.size() + " errors on the console");
            shots.unreadable().forEach(System.err::println);
            figures.add(shots.unreadable().size() + " texts cut, covered, pale or beyond the edge");
            boolean clean = !browser.url().contains("token");
            figures.add("address " + (clean ? "without the token" : browser.url()));
            return new Result(
                    errors.isEmpty() && shots.unreadable().isEmpty() && clean,
                    figures.stream().collect(Collectors.joining(", ")));
        }
    }

    private static void asksForAToken(Browser browser, DemoProcess demo) {
        enter(browser, demo, "wrong");
        browser.awaitText("[role=alert]", "refuses this token");
        browser.run("sessionStorage.clear()");
    }

    private static void readsAndNothingMore(Browser browser, PageViews views) {
        browser.run("location.reload()");
        browser.await("the question for a token", "document.querySelector('[name=token]') !== null");
        browser.type("[name=token]", READ);
        browser.click("form", "Enter");
        views.open("models");
        browser.awaitText("main", NEXT.toString());
        require(browser, "no buttons among the models", "document.querySelectorAll('main button').length === 0");
        views.open("training");
        browser.await("a run", "document.querySelector('progress') !== null");
        require(browser, "no buttons beside the runs", "document.querySelectorAll('main button').length === 0");
        views.open("subjects");
        browser.awaitText("main", "25 subjects in all");
        require(browser, "no place to drop pictures", "document.querySelector('main form') === null");
        require(
                browser,
                "no buttons but those that show more",
                "[...document.querySelectorAll('main button:not(.opens)')].every(e => /^(Previous|Next|Show all .*)$/.test(e.textContent))");
        Object status = browser.run("""
                return (await fetch('v1/models/rollback', {method: 'POST', body: '{"reason": "a test"}',
                  headers: {Authorization: 'Bearer %s'}})).status""".formatted(READ));
        if (!Long.valueOf(403).equals(status)) {
            throw new IllegalStateException("a rollback with the reading token got " + status);
        }
    }

    private static void enter(Browser browser, DemoProcess demo, String token) {
        browser.open(demo.page().toString());
        browser.await("the question for a token", "document.querySelector('[name=token]') !== null");
        browser.type("[name=token]", token);
        browser.click("form", "Enter");
    }

    private static void require(Browser browser, String what, String expression) {
        if (!Boolean.TRUE.equals(browser.value(expression))) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
