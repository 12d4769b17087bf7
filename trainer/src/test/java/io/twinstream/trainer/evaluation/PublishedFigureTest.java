package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.OneShotRun;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublishedFigureTest {
    private static final Picture PICTURE = new Picture(1, 1, 1, new byte[1]);

    @Test
    void figuresStandOnlyBesideTheImagesThatTheyAreOf() {
        List<PublishedFigure> both = PublishedFigure.beside(material("all_runs", 20, "Tibetan"));

        assertEquals(2, both.size());
        assertNotNull(both.get(0).oneShot());
        assertNotNull(both.get(0).verification());
        assertNull(
                PublishedFigure.beside(material("all_runs", 20, "Keble")).get(0).verification());
        assertNull(PublishedFigure.beside(material("validation_runs", 20, "Tibetan"))
                .get(0)
                .oneShot());
        assertEquals(List.of(), PublishedFigure.beside(material("all_runs", 19, "known_people")));
        assertEquals(List.of(), PublishedFigure.beside(new EvaluationMaterial(List.of(), null, null, null)));
    }

    private static EvaluationMaterial material(String folder, int runs, String alphabet) {
        List<OneShotRun> read = IntStream.rangeClosed(1, runs)
                .mapToObj(i -> new OneShotRun(
                        "%s/run%02d".formatted(folder, i),
                        List.of(PICTURE),
                        Collections.nCopies(20, PICTURE),
                        Collections.nCopies(20, 0)))
                .toList();
        return new EvaluationMaterial(read, pairs(alphabet), null, null);
    }

    private static HeldOutImages pairs(String alphabet) {
        String subject = alphabet + "/character01";
        return new HeldOutImages(
                List.of(new HeldOutImage(subject + "/a.png", alphabet, subject, "", PICTURE)), List.of(), alphabet);
    }
}
