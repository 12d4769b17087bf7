package io.twinstream.deploy.acceptance.recovery;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sends 20,000 probes at a steady rate to two verifier processes, one of which is killed with SIGKILL three times in the middle
 * and started again. A read-committed reader finds one verdict for each probe.
 */
public final class ExactlyOnce implements AcceptanceCheck {
    private static final int PROBES = 20_000;
    private static final int PER_SECOND = 400;
    private static final int KILLS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration LINGER = Duration.ofSeconds(15);

    @Override
    public Result run(Path folder) throws Exception {
        Images images = Images.read(folder);
        try (Rig rig = new Rig();
                Verifiers verifiers = new Verifiers(rig, "exactly-once")) {
            Topics topics = rig.createTopics("exactly-once");
            Mix mix = new Mix(images, 3);
            mix.enrol(rig, topics);
            verifiers.start();
            Process victim = verifiers.start();
            int kills = 0;
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                // The first answers show that both are at work before anything is killed.
                send(rig, topics, mix, 0, PER_SECOND);
                answers.await(PER_SECOND, LIMIT);
                for (int sent = PER_SECOND; sent < PROBES; sent += PER_SECOND / 10) {
                    send(rig, topics, mix, sent, PER_SECOND / 10);
                    answers.linger(Duration.ofMillis(100));
                    if (kills < KILLS && sent > PROBES * (kills + 1) / (KILLS + 1)) {
                        victim.destroyForcibly().waitFor();
                        kills++;
                        System.err.printf("killed at %d sent, %d answered%n", sent, answers.count());
                        victim = verifiers.start();
                    }
                }
                answers.await(PROBES, LIMIT).linger(LINGER);
                String figures = "%d probes, %d kills, %d with a verdict, %d verdicts too many, %d dead letters"
                        .formatted(
                                PROBES,
                                kills,
                                answers.verdicts().size(),
                                answers.duplicates(),
                                answers.deadLetters().size());
                return new Result(
                        kills == KILLS && answers.verdicts().size() == PROBES && answers.count() == PROBES, figures);
            }
        }
    }

    private static void send(Rig rig, Topics topics, Mix mix, int from, int count) {
        for (int i = from; i < from + count; i++) {
            mix.send(rig, topics, "probe-" + i);
        }
        rig.flush();
    }
}
