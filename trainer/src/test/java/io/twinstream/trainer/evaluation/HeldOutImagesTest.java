package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.Drawings;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.Evaluation.EvaluationMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutImagesTest {
    @TempDir
    Path folder;

    @Test
    void itHoldsWhatTheSameFolderHoldsForTraining() throws IOException {
        Drawings.write(folder, "", 2, 3, 4);

        HeldOutImages images = HeldOutImages.read(DataSource.of(folder), 1);

        ImageSet training = ImageSet.read(folder, 1);
        assertEquals(training.fingerprint(), images.fingerprint());
        assertEquals(24, images.presented());
        assertEquals(
                training.classes().stream()
                        .flatMap(each -> each.images().stream())
                        .map(DecodedImage::name)
                        .toList(),
                names(images));
        assertEquals("group0/class0", images.images().get(0).subject());
        assertEquals("group0", images.images().get(0).group());
    }

    @Test
    void anUnreadableImageIsAFailureToAcquireAndNoMore() throws IOException {
        Drawings.write(folder, "", 1, 2, 2);
        Files.writeString(folder.resolve("group0/class0/broken.png"), "no image");

        HeldOutImages images = HeldOutImages.read(DataSource.of(folder), 1);

        assertEquals(4, images.images().size());
        assertEquals(5, images.presented());
        assertTrue(
                images.failures().get(0).startsWith("group0/class0/broken.png: "),
                images.failures().get(0));
        EvaluationMaterial material = new EvaluationMaterial(List.of(), images, null, images);
        assertEquals(0.2, material.failureToAcquire(), 1e-12);
        assertEquals(5, material.presented());
    }

    @Test
    void imagesWithoutAClassAreRefused() throws IOException {
        Drawings.draw(folder.resolve("a.png"), 1, 1);

        String message = assertThrows(DatasetException.class, () -> HeldOutImages.read(DataSource.of(folder), 1))
                .getMessage();

        assertTrue(message.startsWith(folder + " holds no readable image in a class"), message);
    }

    @Test
    void aFolderWithoutAReadableImageIsRefused() {
        assertThrows(DatasetException.class, () -> HeldOutImages.read(DataSource.of(folder), 1));
    }

    private static List<String> names(HeldOutImages images) {
        return images.images().stream().map(HeldOutImage::name).toList();
    }
}
