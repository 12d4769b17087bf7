package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.trainer.ScriptedTrainer;
import io.twinstream.deploy.trainer.TrainerRig;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.util.Map;

/** Asks for a training run on the page and cancels it there, at a trainer that learns nothing and waits. */
final class PageTraining implements AutoCloseable {
    /** The token that the verifier has for the trainer, and nobody else. */
    static final String TOKEN = "training-token";

    private final TemporaryFolder folder = TemporaryFolder.create("page-training");
    private final TrainerRig trainer;

    /** Starts a trainer on a port that the verifier knows. */
    PageTraining(Settings demo, int port) throws Exception {
        Settings settings = Settings.parse(
                AllSettings.define(),
                Map.of(
                        CommonSettings.BOOTSTRAP,
                        demo.getString(CommonSettings.BOOTSTRAP),
                        "trainer.http.port",
                        Integer.toString(port),
                        "trainer.http.token",
                        TOKEN,
                        "trainer.work.dir",
                        folder.path().toString()));
        trainer = TrainerRig.start(settings, new ScriptedTrainer());
    }

    /** Asks for a version that exists and then for a new one, and cancels that; returns the seconds until it is shown to learn. */
    double askAndCancel(Browser browser, PageViews views) {
        views.open("training");
        browser.click("main .bar", "Train a version");
        browser.await(
                "versions to fit",
                "[...document.querySelectorAll('dialog [name=parent] option')].some(e => e.value === 'letters/2')");
        browser.type("dialog [name=name]", "letters");
        browser.type("dialog [name=version]", "2");
        browser.click("dialog", "Train");
        browser.await(
                "what is wrong beside the field",
                "document.querySelector('dialog [name=version]').closest('.field').querySelector('[role=alert]')?.textContent.includes('is published already')");
        browser.await("what was typed before", "document.querySelector('dialog [name=images]').value === 'topic:'");
        browser.type("dialog [name=version]", "9");
        browser.click("dialog", "Train");
        browser.awaitText("[role=status]", "letters/9 is asked for");
        double seconds = browser.await(
                "the run that learns",
                "document.querySelector('[aria-label=Runs] tbody tr').textContent.match(/letters\\/9.*training/) !== null");
        browser.await("the run in detail", "document.querySelector('section h2')?.textContent.includes('letters/9')");
        browser.click("main section", "Cancel the run");
        browser.click("dialog", "End the run");
        browser.awaitText("[role=status]", "is being cancelled");
        browser.await(
                "the cancelled run",
                "document.querySelector('[aria-label=Runs] tbody tr').textContent.match(/letters\\/9.*cancelled/) !== null");
        browser.await(
                "nothing left to cancel",
                "[...document.querySelectorAll('main button')].every(e => e.textContent !== 'Cancel the run')");
        return seconds;
    }

    @Override
    public void close() throws IOException {
        trainer.close();
        folder.close();
    }
}
