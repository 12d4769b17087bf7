package io.twinstream.deploy.acceptance.page;

import io.twinstream.deploy.broker.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

/** Drives a headless Chromium with one tab and no past, by the driver that is installed: nothing is fetched. */
final class Browser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> FLAGS = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage");

    private final TemporaryFolder profile = TemporaryFolder.create("twinstream-browser-");
    private final ChromeDriver driver;

    Browser() throws IOException {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("CHROMIUM", "/usr/bin/chromium"));
        options.addArguments(FLAGS);
        options.addArguments("--user-data-dir=" + profile.path());
        options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File(program("CHROMEDRIVER", "/usr/bin/chromedriver")))
                        .build(),
                options);
    }

    void open(String url) {
        driver.get(url);
    }

    String url() {
        return driver.getCurrentUrl();
    }

    /** Runs a function body in the page, and returns what it gives. */
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Returns what an expression gives in the page. */
    Object value(String expression) {
        return run("return " + expression);
    }

    /** Waits until an expression is true in the page, and says how many seconds that took. */
    double await(String what, String expression) {
        long start = System.nanoTime();
        System.err.println("waiting for " + what);
        Awaitility.await(what).atMost(LIMIT).ignoreExceptions().until(() -> Boolean.TRUE.equals(value(expression)));
        return (System.nanoTime() - start) / 1e9;
    }

    void awaitText(String css, String text) {
        await(
                "'%s' in %s".formatted(text, css),
                "[...document.querySelectorAll('%s')].some(e => e.textContent.includes('%s'))".formatted(css, text));
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    /** Clicks the button with this text, within what the selector finds. */
    void click(String within, String text) {
        find(within)
                .findElement(By.xpath(".//button[normalize-space()='%s']".formatted(text)))
                .click();
    }

    void type(String css, String text) {
        WebElement input = find(css);
        input.clear();
        input.sendKeys(text);
    }

    /** Sets the width in CSS pixels, and light or dark. */
    void look(int width, String scheme) {
        command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Takes a picture of the page from its top, with at most so many pixels of it. */
    void shoot(Path file, int mostHeight) throws IOException {
        long width = (Long) value("innerWidth");
        long height = Math.min(mostHeight, (Long) value("document.documentElement.scrollHeight"));
        Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        Object data = command("Page.captureScreenshot", Map.of("clip", clip, "captureBeyondViewport", true))
                .get("data");
        Files.write(file, Base64.getDecoder().decode((String) data));
    }

    /** Gives a command of the DevTools protocol. */
    Map<String, Object> command(String name, Map<String, Object> parameters) {
        return driver.executeCdpCommand(name, new HashMap<>(parameters));
    }

    /** Returns the errors on the console since the last call; failed requests are among them. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        driver.manage().logs().get(LogType.BROWSER).forEach(entry -> {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                errors.add(entry.getMessage());
            }
        });
        return errors;
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        profile.close();
    }

    private static String program(String variable, String usual) {
        String path = System.getenv().getOrDefault(variable, usual);
        if (!new File(path).canExecute()) {
            throw new IllegalStateException("%s is not there: install Debian's chromium and chromium-driver, or set %s"
                    .formatted(path, variable));
        }
        return path;
    }
}
