package io.twinstream.deploy.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestsTest {
    @Test
    void everyManifestIsStrictlyOfItsKindAndAgreesWithTheCode() throws Exception {
        assertEquals(List.of(), Manifests.faults(Path.of("kubernetes"), Path.of("")));
    }
}
