package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.ingest.settings.ProbeKey;
import java.nio.file.Path;
import java.util.List;

/**
 * Sends the probes of one source to a topic of four partitions, and has them judged by one verifier process of one thread, then
 * by two. Where the key of a probe is its id, two judge at least 1.8 times as many verdicts a second. With the source as key they
 * judge as many as one, which is shown beside. With both keys each probe has one verdict, the windows of the source hold the
 * verdicts' counts, and a replay gives the same verdicts.
 */
public final class Spread implements AcceptanceCheck {
    private static final double LEAST_SPEED_UP = 1.8;

    @Override
    public Result run(Path folder) throws Exception {
        List<Images.Drawing> drawings = Images.read(folder).all();
        try (Rig rig = new Rig()) {
            OneSource byProbe = OneSource.judged(rig, drawings, ProbeKey.PROBE);
            OneSource bySource = OneSource.judged(rig, drawings, ProbeKey.SOURCE);
            return new Result(
                    byProbe.speedUp() >= LEAST_SPEED_UP
                            && byProbe.warnings() == 0
                            && byProbe.isRight()
                            && bySource.isRight(),
                    "keyed by probe: %s; keyed by source: %s".formatted(byProbe, bySource));
        }
    }
}
