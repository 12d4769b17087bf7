package io.twinstream.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static final Map<String, String> FREE_PORTS = Map.of("ingest.http.port", "0", "verifier.http.port", "0");

    @TempDir
    Path folder;

    @Test
    void everyProbeOfADemoHasItsVerdict() throws Exception {
        DemoSummary summary = run(null);

        assertEquals(0, summary.unanswered());
        assertTrue(summary.report().counts().verdicts() > 50, summary.toString());
        assertTrue(summary.report().counts().matches() > 0, summary.toString());
        assertTrue(summary.report().p50Millis() > 0, summary.toString());
    }

    @Test
    void aFolderOfPicturesByClassIsADemoToo() throws Exception {
        DrawnCharacters drawings = new DrawnCharacters(3);
        for (int character = 0; character < 8; character++) {
            for (int hand = 0; hand < 3; hand++) {
                write("alphabet/%d/%d.png".formatted(character, hand), drawings.png(character, hand));
            }
        }

        DemoSummary summary = run(folder);

        assertEquals(0, summary.unanswered());
        assertTrue(summary.report().counts().verdicts() > 50, summary.toString());
    }

    private static DemoSummary run(Path images) throws Exception {
        List<String> said = new ArrayList<>();
        DemoView view = new DemoView() {
            @Override
            public void say(String line) {
                said.add(line);
            }

            @Override
            public void show(DemoReport report) {
                said.add(report.line());
            }
        };
        DemoOptions options = new DemoOptions(images, 20, 50, Duration.ofSeconds(3), 1, 0);
        return new Demo(options, view, () -> false).run(FREE_PORTS);
    }

    private void write(String name, byte[] image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, image);
    }
}
