package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.board.Alarms;
import io.twinstream.verifier.board.TrainingRuns;
import io.twinstream.verifier.feed.DeadLetters;
import io.twinstream.verifier.feed.Pictures;
import io.twinstream.verifier.feed.VerdictEnds;
import io.twinstream.verifier.forward.IngestClient;
import io.twinstream.verifier.settings.IngestAccess;
import io.twinstream.verifier.version.ModelLog;
import io.twinstream.verifier.version.Versions;

/**
 * What people look at: verdicts, pictures, dead letters, subjects, activations, training runs, alarms. At most {@value #MOST_PICTURES}
 * requests fetch pictures at a time.
 */
public final class WatchApi {
    private static final int MOST_PICTURES = 16;

    private final VerdictsApi verdicts;
    private final ProbesApi probes;
    private final DeadLettersApi deadLetters;
    private final SubjectsApi subjects;
    private final UnusableApi unusable;
    private final EnrolmentApi enrolment;
    private final ActivationsApi activations;
    private final BoardsApi boards;

    public WatchApi(
            Settings settings,
            Pictures pictures,
            VerdictEnds ends,
            DeadLetters letters,
            ModelLog modelLog,
            Versions versions,
            Alarms alarms,
            TrainingRuns runs) {
        Bound fetching = new Bound(MOST_PICTURES);
        verdicts = new VerdictsApi(ends);
        probes = new ProbesApi(pictures, fetching);
        deadLetters = new DeadLettersApi(letters);
        subjects = new SubjectsApi(versions, pictures, fetching);
        unusable = new UnusableApi(versions);
        enrolment = new EnrolmentApi(
                IngestClient.of(IngestAccess.of(settings)),
                CommonSettings.imageLimits(settings).maxBytes());
        activations = new ActivationsApi(modelLog);
        boards = new BoardsApi(alarms, runs);
    }

    public void register(RoutesConfig routes) {
        verdicts.register(routes);
        probes.register(routes);
        deadLetters.register(routes);
        subjects.register(routes);
        unusable.register(routes);
        enrolment.register(routes);
        activations.register(routes);
        boards.register(routes);
    }
}
