package io.twinstream.trainer.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.threads.ServiceThreads;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunBoardMetricsTest {
    @Test
    void runsAreCountedByTheirStatesAndTheOneUnderWayShowsItsStep() throws Exception {
        RunBoard board = new RunBoard();
        for (String run : new String[] {"a", "b", "c", "d"}) {
            board.apply(Records.train(run));
        }
        board.apply(Records.progress("a", TrainingState.PUBLISHED, 100));
        board.apply(Records.progress("b", TrainingState.TRAINING, 7));

        String shown = shown(board);

        assertTrue(shown.contains("\ntwinstream_training_runs{state=\"published\"} 1.0\n"), shown);
        assertTrue(shown.contains("\ntwinstream_training_runs{state=\"queued\"} 2.0\n"), shown);
        assertTrue(shown.contains("\ntwinstream_training_runs{state=\"failed\"} 0.0\n"), shown);
        assertTrue(shown.contains("\ntwinstream_training_steps 7.0\n"), shown);
    }

    @Test
    void withoutARunThereIsNoStep() throws Exception {
        assertTrue(shown(new RunBoard()).contains("\ntwinstream_training_steps NaN\n"));
    }

    private static String shown(RunBoard board) throws Exception {
        try (ServiceMetrics metrics = new ServiceMetrics(new ServiceThreads());
                HttpServer server = HttpServer.start(
                        new HttpSettings("trainer", InetAddress.getLoopbackAddress(), 0, Optional.empty()),
                        new ServiceThreads(),
                        (routes, threads) -> metrics.register(routes))) {
            board.measure(metrics);
            URI uri = URI.create("http://127.0.0.1:%d/metrics".formatted(server.port()));
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
