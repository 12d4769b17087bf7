package io.twinstream.deploy.acceptance.windows;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import java.nio.file.Path;

/**
 * Checks that alarms come where something has changed, and elsewhere no more often than is said: with real pictures inverted,
 * and with simulated days of normal traffic, at the default setting and at one that lets chance raise hundreds, so that too
 * many would show. Another day has thirty people who come to each source again and again.
 */
public final class DriftAlarms implements AcceptanceCheck {
    private static final long DEFAULT = 60_480;
    private static final long OFTEN = 1_000;
    private static final int PEOPLE = 30;

    @Override
    public Result run(Path folder) throws Exception {
        Result day = new NormalDay(0).run(DEFAULT);
        System.err.println(day.figures());
        Result trying = new NormalDay(0).run(OFTEN);
        System.err.println(trying.figures());
        Result recurring = new NormalDay(PEOPLE).run(DEFAULT);
        System.err.println(recurring.figures());
        Result inverted = new InvertedImages().run(Images.read(folder));
        return new Result(
                day.kept() && trying.kept() && recurring.kept() && inverted.kept(),
                String.join("; ", inverted.figures(), day.figures(), trying.figures(), recurring.figures()));
    }
}
