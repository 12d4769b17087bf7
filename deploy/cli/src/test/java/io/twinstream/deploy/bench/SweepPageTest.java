package io.twinstream.deploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class SweepPageTest {
    private static final StageTimes STAGES = new StageTimes(20, 300, 5);

    @Test
    void showsEveryAxisWithWellFormedPlots() throws Exception {
        String page = SweepPage.of(Map.of("model", "<mine> & yours"), points(1, 1_000, 10_000));

        for (SweepAxis axis : SweepAxis.values()) {
            assertTrue(page.contains("<h2>" + axis.title() + "</h2>"), axis.title());
        }
        Matcher svg = Pattern.compile("(?s)<svg.*?</svg>").matcher(page);
        int plots = 0;
        while (svg.find()) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(svg.group())));
            plots++;
        }
        assertEquals(2 * SweepAxis.values().length + 1, plots);
        assertTrue(page.contains("&lt;mine&gt; &amp; yours"));
        assertTrue(page.endsWith("</html>\n"));
    }

    @Test
    void fetchesNothingAndRunsNoScript() {
        String page = SweepPage.of(Map.of(), points(1, 1_000, 10_000));

        assertFalse(Pattern.compile("<script|src=|href=|url\\(").matcher(page).find());
    }

    @Test
    void fitsTheCapacityFormulaToTheGalleries() {
        assertEquals(
                "cores for verifiers = probes/s x (400.0 us + 0.02000 us x references) / 0.7; residual 0.0 us",
                SweepPage.capacity(points(1, 1_000, 10_000)));
    }

    @Test
    void saysThatTwoGalleriesAreTooFewToFit() {
        assertTrue(SweepPage.capacity(points(1, 1_000)).startsWith("Too few galleries"));
    }

    @Test
    void readsTheStagesFromAVerifiersMetrics() {
        StageTimes times = StageTimes.parse("""
                # TYPE twinstream_decode_seconds histogram
                twinstream_decode_seconds_count 100
                twinstream_decode_seconds_sum 0.002
                twinstream_embed_seconds_count 10
                twinstream_embed_seconds_sum 0.03
                twinstream_batch_images_sum 100.0
                twinstream_match_seconds_count 100
                twinstream_match_seconds_sum 5.0E-4
                """);

        assertEquals(20, times.decode(), 1e-9);
        assertEquals(300, times.embed(), 1e-9);
        assertEquals(5, times.match(), 1e-9);
    }

    private static List<SweepPoint> points(int... galleries) {
        List<SweepPoint> points = new ArrayList<>();
        for (SweepAxis axis : SweepAxis.values()) {
            for (int gallery : galleries) {
                points.add(new SweepPoint(
                        axis,
                        Integer.toString(gallery),
                        gallery,
                        new Rate(2_000, 400 + 0.02 * gallery),
                        new BenchReport.Latency(1_000, 1_000, 30, 90),
                        axis == SweepAxis.LOAD ? null : STAGES));
            }
        }
        return points;
    }
}
