package io.twinstream.deploy.acceptance.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.trainer.ScriptedTrainer;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.dataset.SourceImage;
import io.twinstream.trainer.service.TrainerService;
import io.twinstream.trainer.settings.TrainerSettings;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Reads images from their topic; a run is asked for over HTTP, told of and published, and another goes on from it. */
final class TrainerDuty implements Duty {
    @Override
    public void perform(Tenant tenant) throws Exception {
        tenant.compare(ServiceTopics.ofTrainer(tenant.topics()).declared());
        LabelledImage image = new LabelledImage(
                "alice",
                "gate",
                Instant.now(),
                ByteBuffer.wrap(new DrawnCharacters(3).png(1, 1)),
                LabelOrigin.SUBMITTED,
                null,
                null);
        tenant.write(tenant.topics().labelledImages(), "alice", LabelledImage.class, List.of(image));
        Wired.labelledImages(tenant.own()).forEach(new NoSink());
        ScriptedTrainer trainer = new ScriptedTrainer();
        trainer.letGo(2);
        try (TrainerService service =
                TrainerService.start(TrainerSettings.of(tenant.own()), trainer, (title, steps) -> progress -> {})) {
            int port = service.port();
            tenant.awaitText(port, "/health/ready", "\"ready\":true");
            ask(tenant, port, "r1", "1", "");
            tenant.awaitText(port, "/v1/training-runs/r1", "\"PUBLISHED\"");
            ask(tenant, port, "r2", "2", ",\"parent\":\"letters/1\",\"force\":\"a check\"");
            tenant.awaitText(port, "/v1/training-runs/r2", "\"PUBLISHED\"");
        }
    }

    private static void ask(Tenant tenant, int port, String id, String version, String more) throws Exception {
        String body =
                "{\"id\":\"%s\",\"name\":\"letters\",\"version\":\"%s\",\"images\":\"topic:\",\"validation\":\"topic:\",\"steps\":2%s}"
                        .formatted(id, version, more);
        tenant.call(202, "POST", port, "/v1/training-runs", body.getBytes(UTF_8));
    }

    private static final class NoSink implements DataSource.Sink {
        @Override
        public void accept(SourceImage image) {}

        @Override
        public void withdraw(String key) {}

        @Override
        public void unreadable(String name, String reason) {}
    }
}
