package io.twinstream.deploy.cli.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.ingest.bulk.BulkOutcome;
import io.twinstream.ingest.bulk.NamedImage;
import io.twinstream.ingest.publish.ImagePublisher;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownReferencesTest {
    @Test
    void anImageIsKnownThatWasEnrolledForTheSameSubjectBefore() {
        var known = new KnownReferences(Set.of("alice/r1", "bob/r2"));

        enrol(known, "a.png", "alice", "r1");
        enrol(known, "b.png", "alice", "r2");
        enrol(known, "c.png", "eve", "r1");

        assertEquals(OptionalLong.of(1), known.known());
        assertEquals("enrolled 3 images, 1 known already", EnrolCommand.line(3, 1));
    }

    @Test
    void anImageThatWasRefusedIsNotCounted() {
        var known = new KnownReferences(Set.of("alice/r1"));

        note(known, "a.png", "alice");
        known.count(new BulkOutcome.Refused("a.png", "the image is damaged"));

        assertEquals(OptionalLong.of(0), known.known());
        assertEquals("enrolled 1 image", EnrolCommand.line(1, 0));
    }

    @Test
    void nothingIsSaidWhereTheTopicWasNotRead() {
        var known = new KnownReferences(null);

        enrol(known, "a.png", "alice", "r1");

        assertEquals(OptionalLong.empty(), known.known());
    }

    private static void enrol(KnownReferences known, String name, String subject, String id) {
        note(known, name, subject);
        known.count(new BulkOutcome.Sent(name, new ImagePublisher.Receipt(id, 0, 0, Map.of())));
    }

    private static void note(KnownReferences known, String name, String subject) {
        known.noting(image -> subject).apply(image(name));
    }

    private static NamedImage image(String name) {
        return new NamedImage(name, List.of("known", name), InputStream::nullInputStream);
    }
}
