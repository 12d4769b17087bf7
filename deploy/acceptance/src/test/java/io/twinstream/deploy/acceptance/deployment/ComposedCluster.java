package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Command;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.topic.Topics;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Sends 10,000 probes over HTTP to the composed cluster, which the script has started, while a broker is stopped and a verifier
 * killed. A caller repeats what isn't accepted.
 */
public final class ComposedCluster implements AcceptanceCheck {
    private static final String BROKERS = "localhost:19092,localhost:29092,localhost:39092";
    private static final String INGEST = "http://127.0.0.1:8080/v1/";
    private static final int PROBES = 10_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration LINGER = Duration.ofSeconds(10);

    @Override
    public Result run(Path folder) throws Exception {
        List<List<Drawing>> subjects =
                List.copyOf(Images.read(folder).bySubject().values()).subList(0, 100);
        PatientCaller caller = new PatientCaller(HttpClient.newHttpClient(), INGEST, System.getenv("TWINSTREAM_TOKEN"));
        for (int i = 0; i < subjects.size(); i++) {
            caller.post("references/subject-" + i, subjects.get(i).get(0).png());
        }
        try (TopicAnswers answers = new TopicAnswers(BROKERS, new Topics(Topics.DEFAULT_PREFIX, 4))) {
            for (int i = 0; i < PROBES; i++) {
                List<Drawing> drawings = subjects.get(i % subjects.size());
                caller.post(
                        "probes?source=compose&task=identify&id=compose-" + i,
                        drawings.get(i % drawings.size()).png());
                if (i == PROBES / 4) {
                    docker("stop", "kafka-2");
                } else if (i == PROBES / 2) {
                    docker("kill", "verifier-1");
                }
                if (i % 100 == 0) {
                    answers.pollNow();
                }
            }
            answers.await(PROBES, LIMIT).linger(LINGER);
            String figures =
                    "%d probes, a broker stopped at a quarter and a verifier killed at half: %d with a verdict, %d requests repeated, %d verdicts too many, longest silence of a partition %.1f s"
                            .formatted(
                                    PROBES,
                                    answers.verdicts().size(),
                                    caller.repeated(),
                                    answers.duplicates(),
                                    answers.longestSilence().toMillis() / 1e3);
            return new Result(
                    answers.verdicts().size() == PROBES && answers.duplicates() <= caller.repeated(), figures);
        }
    }

    private static void docker(String order, String service) throws Exception {
        Command.run("docker", order, "twinstream-check_%s_1".formatted(service));
    }
}
