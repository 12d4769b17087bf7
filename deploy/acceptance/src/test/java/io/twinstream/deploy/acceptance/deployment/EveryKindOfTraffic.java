package io.twinstream.deploy.acceptance.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;

/** Sends what can become of a probe: matched, not matched, not decided, refused by ingest, left as a dead letter. */
final class EveryKindOfTraffic {
    private static final int TOO_MANY_BYTES = (16 << 20) + 1;
    private static final int ENROLLED = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Rig rig;
    private final Topics topics;
    private final int ingestPort;
    private final List<List<Drawing>> subjects;
    private int round;

    EveryKindOfTraffic(Rig rig, Topics topics, Images images, int ingestPort) {
        this.rig = rig;
        this.topics = topics;
        this.ingestPort = ingestPort;
        this.subjects = images.bySubject().values().stream()
                .map(List::copyOf)
                .limit(ENROLLED)
                .toList();
    }

    /** Enrols a drawing of each subject; returns how many. */
    static int enrol(Rig rig, Topics topics, Images images) {
        images.bySubject().values().stream()
                .limit(ENROLLED)
                .map(each -> each.get(0))
                .forEach(each -> rig.enrol(topics, each.subject(), each.drawer(), each.png()));
        rig.flush();
        return ENROLLED;
    }

    /** Sends one probe of each kind. */
    void round() throws IOException, InterruptedException {
        List<Drawing> subject = subjects.get(round % subjects.size());
        Drawing drawing = subject.get(1 + round % (subject.size() - 1));
        Drawing other = subjects.get((round + 1) % subjects.size()).get(0);
        post("/v1/probes?task=identify&source=gate-" + round % 2, drawing.png());
        post("/v1/probes?wait=2s&task=claim&subject=" + drawing.subject(), drawing.png());
        post("/v1/probes?task=claim&subject=" + other.subject(), drawing.png());
        post("/v1/probes?task=claim&subject=nobody", drawing.png());
        post("/v1/probes", "no image".getBytes(UTF_8));
        post("/v1/probes", new byte[TOO_MANY_BYTES]);
        rig.pair(topics, "pair-" + round, drawing.png(), other.png());
        rig.raw(topics, "broken-" + round, new byte[] {7});
        rig.flush();
        round++;
    }

    private void post(String path, byte[] body) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(ingestPort, path));
        http.send(
                HttpRequest.newBuilder(uri)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }
}
