package io.twinstream.deploy.cli.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnusableReferenceReportsTest {
    private static final String FACE = "alice/1: OUT_OF_DOMAIN: its picture is of another kind";
    private static final String WHITE = "bob/2: BLANK: its picture has no contrast";

    @Test
    void aBlankReferenceIsToldWithoutTheMendForPicturesOfAnotherKind() {
        assertEquals(
                "gate:8081 can't use 1 more reference with letters/1, 2 of 12 in all, for example " + WHITE
                        + "; GET /v1/unusable-references names them",
                UnusableReferenceReports.line(state(FACE, WHITE), state(FACE)));
    }

    @Test
    void picturesOfAnotherKindAreToldWithTheirMend() {
        assertEquals(
                "gate:8081 can't use 2 more references with letters/1, 2 of 12 in all, for example " + FACE
                        + ": train or import a model for such pictures, or set verifier.domain=off"
                        + "; GET /v1/unusable-references names them",
                UnusableReferenceReports.line(state(FACE, WHITE), state()));
    }

    private static InstanceState state(String... unusable) {
        return new InstanceState(
                "gate:8081",
                new ModelId("letters", "1"),
                null,
                VersionState.READY,
                null,
                10,
                unusable.length,
                List.of(unusable),
                Instant.EPOCH,
                Optional.empty());
    }
}
