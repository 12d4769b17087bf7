package io.twinstream.verifier.web;

import io.javalin.config.RoutesConfig;
import io.twinstream.verifier.board.Alarms;
import io.twinstream.verifier.board.TrainingRuns;
import io.twinstream.verifier.feed.DeadLetters;
import io.twinstream.verifier.feed.LatestVerdicts;
import io.twinstream.verifier.feed.TopicPictures;
import io.twinstream.verifier.forward.IngestClient;
import io.twinstream.verifier.forward.TrainerClient;
import io.twinstream.verifier.settings.ServiceAccess;
import io.twinstream.verifier.version.HeldVersions;

/**
 * The watch API has the routes of what people look at: verdicts, pictures, dead letters, subjects, training runs,
 * alarms. At most {@value #MOST_PICTURES} requests fetch pictures at a time.
 */
public final class WatchApi {
    private static final int MOST_PICTURES = 16;

    private final FeedApi feed;
    private final SubjectsApi subjects;
    private final EnrolmentApi enrolment;
    private final BoardsApi boards;
    private final ForwardedRuns forwardedRuns;

    public WatchApi(
            ServiceAccess ingest,
            ServiceAccess trainer,
            int imageMaxBytes,
            TopicPictures pictures,
            LatestVerdicts ends,
            DeadLetters letters,
            HeldVersions versions,
            Alarms alarms,
            TrainingRuns runs) {
        RequestLimit fetching = new RequestLimit(MOST_PICTURES);
        feed = new FeedApi(ends, letters, pictures, fetching);
        subjects = new SubjectsApi(versions, pictures, fetching);
        enrolment = new EnrolmentApi(IngestClient.of(ingest), imageMaxBytes);
        forwardedRuns = new ForwardedRuns(TrainerClient.of(trainer));
        boards = new BoardsApi(alarms, runs);
    }

    public void register(RoutesConfig routes) {
        feed.register(routes);
        subjects.register(routes);
        enrolment.register(routes);
        boards.register(routes);
        forwardedRuns.register(routes);
    }
}
