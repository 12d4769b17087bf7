package io.twinstream.deploy.acceptance.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SampleVerdicts;
import io.twinstream.ingest.IngestService;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.ServiceTopics;
import java.util.List;

/**
 * Sends probes, references, erasures, labelled images and feedback over HTTP, and asks what became of probes. Readiness is asked for last, as it would only say
 * what is to come.
 */
final class IngestDuty implements Duty {
    private static final DrawnCharacters DRAWN = new DrawnCharacters(3);

    @Override
    public void perform(Tenant tenant) throws Exception {
        tenant.compare(ServiceTopics.ofIngest(tenant.topics()).declared());
        try (IngestService ingest = IngestService.start(IngestSettings.of(tenant.own()))) {
            int port = ingest.port();
            post(tenant, port, "/v1/probes?id=p1&task=identify", DRAWN.png(1, 1));
            post(tenant, port, "/v1/references/alice", DRAWN.png(1, 2));
            tenant.call(202, "DELETE", port, "/v1/references/alice", new byte[0]);
            post(tenant, port, "/v1/labelled-images/alice", DRAWN.png(1, 3));
            Verdict verdict = Verdict.newBuilder(SampleVerdicts.identified("p1", Outcome.MATCH, "alice"))
                    .setProbeOffset(0)
                    .build();
            tenant.write(tenant.topics().verdicts(), "p1", Verdict.class, List.of(verdict));
            post(tenant, port, "/v1/verdicts/p1/feedback", "{\"correct\": true}".getBytes(UTF_8));
            tenant.call(202, "DELETE", port, "/v1/labelled-images/alice", new byte[0]);
            tenant.call(200, "GET", port, "/v1/probes/p1/verdict?wait=30s", new byte[0]);
            tenant.writeDeadLetter("p2");
            tenant.call(422, "GET", port, "/v1/probes/p2/verdict?wait=30s", new byte[0]);
            tenant.call(200, "GET", port, "/health/ready", new byte[0]);
        }
    }

    private static void post(Tenant tenant, int port, String path, byte[] body) throws Exception {
        tenant.call(202, "POST", port, path, body);
    }
}
