package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.testkit.Wired;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.service.DjlTrainer;
import io.twinstream.trainer.service.TrainerService;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;

/** Runs the three services of one prefix in this process, each on a free port. Nobody asks for a training here. */
record HttpServices(VerifierService verifier, IngestService ingest, TrainerService trainer) implements AutoCloseable {
    static HttpServices start(Settings settings) throws IOException {
        return new HttpServices(
                VerifierService.start(VerifierSettings.of(settings)),
                IngestService.start(IngestSettings.of(settings)),
                TrainerService.start(
                        TrainerSettings.of(settings),
                        new DjlTrainer(Wired.clients(settings), Wired.topics(settings)),
                        (title, steps) -> {
                            throw new IllegalStateException("a run was asked for: " + title);
                        }));
    }

    int port(String service) {
        return switch (service) {
            case "verifier" -> verifier.port();
            case "ingest" -> ingest.port();
            default -> trainer.port();
        };
    }

    @Override
    public void close() {
        trainer.close();
        ingest.close();
        verifier.close();
    }
}
