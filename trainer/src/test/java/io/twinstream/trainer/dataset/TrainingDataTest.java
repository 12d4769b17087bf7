package io.twinstream.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.ProblemList.DataFindings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {
    @TempDir
    Path images;

    @TempDir
    Path validation;

    @Test
    void goodDataAreReportedInOneLine() throws IOException {
        Drawings.write(images, "train-", 1, 3, 2);
        Drawings.write(validation, "valid-", 1, 2, 3);

        TrainingData data = read();

        assertDoesNotThrow(data::requireUsable);
        assertEquals(
                List.of("6 images of 3 classes to train on, 6 of 2 to validate with"),
                data.report().lines());
        assertEquals(ImageSet.read(images, 1).fingerprint(), data.training().fingerprint());
    }

    @Test
    void everythingWrongIsListedAtOnceAndTheRestIsUsed() throws IOException {
        Drawings.write(images, "train-", 1, 5, 2);
        Drawings.write(validation, "valid-", 1, 3, 3);
        Path classes = images.resolve("train-group0");
        Files.writeString(classes.resolve("class0/broken.png"), "no image");
        Files.writeString(classes.resolve("class1/broken.png"), "no image");
        Files.delete(classes.resolve("class2/0.png"));
        Drawings.draw(classes.resolve("class3/2.png"), 7, 7);
        Drawings.draw(validation.resolve("valid-group0/class0/same.png"), 7, 7);
        Drawings.draw(images.resolve("stray.png"), 1, 1);

        TrainingData data = read();

        assertDoesNotThrow(data::requireUsable);
        Map<DataProblem, DataFindings> findings =
                data.report().findings().stream().collect(Collectors.toMap(DataFindings::problem, each -> each));
        assertEquals(2, findings.get(DataProblem.UNREADABLE).count());
        assertTrue(findings.get(DataProblem.UNREADABLE).first().get(1).startsWith("train-group0/class1/broken.png: "));
        assertEquals(
                List.of("train-group0/class2"),
                findings.get(DataProblem.SINGLE_IMAGE).first());
        assertEquals(
                List.of("train-group0/class3/2.png and valid-group0/class0/same.png hold the same bytes"),
                findings.get(DataProblem.SAME_BYTES).first());
        assertEquals(
                List.of("stray.png"), findings.get(DataProblem.OUTSIDE_CLASS).first());
        assertEquals(4, data.training().classes().size());
        assertEquals(8, data.training().imageCount());
        assertEquals(9, data.validation().imageCount());
    }

    @Test
    void theSameImageTwiceInOneClassIsNoContradiction() throws IOException {
        Drawings.write(images, "train-", 1, 2, 2);
        Files.copy(images.resolve("train-group0/class0/0.png"), images.resolve("train-group0/class0/again.png"));

        assertEquals(5, ImageSet.read(images, 1).imageCount());
    }

    @Test
    void aClassThatContradictionsEmptyIsGone() throws IOException {
        Drawings.write(images, "train-", 1, 3, 2);
        Path group = images.resolve("train-group0");
        for (String image : List.of("0.png", "1.png")) {
            Files.copy(
                    group.resolve("class0").resolve(image),
                    group.resolve("class1").resolve("copy-of-" + image));
        }

        ProblemList problems = new ProblemList();
        ImageSet read = ImageSet.read(DataSource.of(images), 1, problems);

        assertEquals(List.of("train-group0/class1", "train-group0/class2"), paths(read));
        assertEquals(2, problems.count(DataProblem.SAME_BYTES));
    }

    @Test
    void theListIsBoundedAndItsLinesArePrintable() {
        ProblemList problems = new ProblemList();
        for (int i = 0; i < 25; i++) {
            problems.add(DataProblem.UNREADABLE, "\u001b[2J\n" + "x".repeat(1000));
        }

        List<String> lines = new DataReport(0, 0, 0, 0, problems.findings()).lines();

        assertEquals(22, lines.size());
        assertEquals("25 images that can't be read, left out; repair or remove them:", lines.get(0));
        assertTrue(lines.get(1).startsWith("  \\u001b[2J xxx"), lines.get(1));
        assertTrue(lines.get(1).endsWith("xxx... (1005 characters)"), lines.get(1));
        assertEquals("  and 5 more", lines.get(21));
    }

    @Test
    void whatRemainsOfTooLittleIsRefusedAfterItWasListed() throws IOException {
        Drawings.write(images, "train-", 1, 2, 1);
        Drawings.write(validation, "valid-", 1, 2, 2);

        TrainingData data = read();

        assertEquals(2, data.report().findings().get(0).count());
        assertTrue(refusal(data).contains("to train on holds 0 classes of images and needs 2"), refusal(data));
    }

    @Test
    void imagesThatDoNotFitInTheHeapAreRefusedWithBothNumbersAndTheMend() throws IOException {
        Drawings.write(images, "train-", 10, 10, 10);
        Drawings.write(validation, "valid-", 10, 10, 2);

        TrainingData data =
                TrainingData.read(DataSource.of(images), DataSource.of(validation), 3, new HeapBudget(2 << 20));

        assertTrue(
                refusal(data)
                        .matches("the decoded images take [67] MiB and may take 2 MiB, 60 % of the heap: "
                                + "set TWINSTREAM_JAVA_OPTS=-Xmx1g, or use fewer or smaller images"),
                refusal(data));
        assertTrue(data.training().classes().isEmpty());
    }

    @Test
    void withoutValidationDataAPartIsHeldBack() throws IOException {
        Drawings.write(images, "train-", 2, 5, 2);

        TrainingData data = TrainingData.split(DataSource.of(images), new Split.Rule(Split.SplitUnit.CLASS, 0.3, 1), 1);

        assertDoesNotThrow(data::requireUsable);
        assertEquals(7, data.training().classes().size());
        assertEquals(3, data.validation().classes().size());
        assertFalse(paths(data.training()).containsAll(paths(data.validation())));
    }

    @Test
    void aSplitThatCanNotBeMadeIsRefusedAfterTheReport() throws IOException {
        Drawings.write(images, "train-", 1, 3, 2);

        TrainingData classes =
                TrainingData.split(DataSource.of(images), new Split.Rule(Split.SplitUnit.CLASS, 0.3, 1), 1);
        TrainingData drawers =
                TrainingData.split(DataSource.of(images), new Split.Rule(Split.SplitUnit.DRAWER, 0.3, 1), 1);

        assertTrue(refusal(classes).startsWith("3 classes can't be split in two"), refusal(classes));
        assertTrue(refusal(drawers).contains("names no drawer: name files ID_DRAWER.png"), refusal(drawers));
    }

    private TrainingData read() throws IOException {
        return TrainingData.read(DataSource.of(images), DataSource.of(validation), 1);
    }

    private static String refusal(TrainingData data) {
        return assertThrows(DatasetException.class, data::requireUsable).getMessage();
    }

    private static List<String> paths(ImageSet images) {
        return images.classes().stream().map(ImageClass::path).toList();
    }
}
