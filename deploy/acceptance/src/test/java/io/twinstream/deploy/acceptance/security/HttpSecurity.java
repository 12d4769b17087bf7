package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.security.HostileRequests.Attempt;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.https.SelfSigned;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/**
 * Tries every route of the three services over HTTPS, from callers without a token, with a wrong one and with one of a lesser
 * role; bodies and headers too large, slow callers, paths and headers that would break out, pages of elsewhere, a flood, 1,200
 * half-sent requests of one address, and bodies that hold all threads. Each is refused as documented, health is answered all
 * the time, no answer holds a token, and the certificate is replaced while requests go on.
 */
public final class HttpSecurity implements AcceptanceCheck {
    private static final String OPERATOR = "geheim-operator-token";
    private static final String LESSER = "geheim-lesser-token";
    private static final List<String> NAMES = List.of("verifier", "ingest", "trainer");
    private static final int REQUEST_TIMEOUT_MS = 2_000;
    private static final int SLOW_LIMIT_MS = 8_000;
    private static final int PER_SECOND = 300;
    private static final int FLOOD = 1_500;
    private static final int CERTIFICATES = 5;
    private static final String CROWD = "127.0.0.2";
    private static final int HALF_SENT = 1_200;
    private static final int HALF_BODIES = 64;
    private static final int HEALTH_LIMIT_MS = 2_000;

    /** Counts by kind: how many went as documented, and how many there were. */
    private final Map<String, int[]> counts = new TreeMap<>();

    private int leaks;
    private long slowestHealthMs;

    @Override
    public Result run(Path images) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("http-security");
                Rig rig = new Rig()) {
            rig.createTopics("guarded");
            rig.createTopics("open");
            Path certificate = folder.path().resolve("certificate.pem");
            Path key = folder.path().resolve("key.pem");
            List<SelfSigned> shown = new ArrayList<>();
            for (int i = 0; i < CERTIFICATES; i++) {
                shown.add(SelfSigned.create(folder.path(), i % 2 == 0 ? "EC" : "RSA"));
            }
            shown.get(0).write(certificate, key);
            Path trust = folder.path().resolve("trust.pem");
            Files.writeString(
                    trust,
                    String.join("", shown.stream().map(SelfSigned::certificate).toList()));
            try (HttpServices guarded = HttpServices.start(settings(rig, folder.path(), "guarded", true));
                    HttpServices open = HttpServices.start(settings(rig, folder.path(), "open", false));
                    HttpsCallers callers = new HttpsCallers(trust, guarded)) {
                Awaitility.await()
                        .until(() -> callers.ready() && guarded.verifier().ready());
                for (Attempt each : HostileRequests.allowed(OPERATOR, LESSER)) {
                    attempt(callers, each, guarded);
                }
                for (Attempt each : HostileRequests.all(OPERATOR, LESSER)) {
                    attempt(callers, each, each.open() ? open : guarded);
                }
                for (String service : NAMES) {
                    crowd(callers, guarded.port(service), service);
                    slow(callers, guarded.port(service), service);
                    flood(callers, guarded.port(service), service);
                    open(callers, guarded.port(service));
                }
                callers.begin();
                for (SelfSigned next : shown.subList(1, shown.size())) {
                    next.write(certificate, key);
                    Awaitility.await().until(() -> callers.allSaw(next));
                }
                callers.stop();
                return result(callers);
            }
        }
    }

    private static Settings settings(Rig rig, Path folder, String prefix, boolean guarded) throws Exception {
        Files.createDirectories(folder.resolve("data"));
        List<String> values = new ArrayList<>();
        values.addAll(List.of("trainer.work.dir", folder.resolve(prefix).toString()));
        values.addAll(List.of("trainer.data.root", folder.resolve("data").toString()));
        for (String service : NAMES) {
            String http = service + ".http.";
            values.addAll(List.of(http + "port", "0"));
            values.addAll(List.of(
                    http + "tls.certificate", folder.resolve("certificate.pem").toString()));
            values.addAll(List.of(http + "tls.key", folder.resolve("key.pem").toString()));
            values.addAll(List.of(http + "request.timeout.ms", Integer.toString(REQUEST_TIMEOUT_MS)));
            values.addAll(List.of(http + "requests.per.second", Integer.toString(PER_SECOND)));
            if (guarded) {
                values.addAll(List.of(http + "token", OPERATOR));
                values.addAll(List.of(http + (service.equals("ingest") ? "send" : "read") + ".token", LESSER));
            }
        }
        return rig.settings(prefix, values.toArray(String[]::new));
    }

    private void attempt(HttpsCallers callers, Attempt attempt, HttpServices services) throws Exception {
        String answer = RawHttps.exchange(callers.trust(), services.port(attempt.service()), attempt.request());
        int status = RawHttps.status(answer);
        String head = RawHttps.head(answer);
        boolean stated =
                status == 414 || status == 431 || status == 400 || head.contains("x-content-type-options: nosniff");
        count(
                attempt.kind(),
                attempt.statuses().contains(status)
                        && stated
                        && !head.contains("\nx-injected")
                        && !head.contains("access-control-allow")
                        && !answer.contains("root:")
                        && !answer.contains("\tat "),
                attempt.service() + " "
                        + attempt.request().lines().findFirst().orElse("").replaceAll("(.{80}).+", "$1..."),
                answer);
    }

    /** Tries callers that send a letter now and then: of a request's head, of its body, of a handshake. */
    private void slow(HttpsCallers callers, int port, String service) throws Exception {
        String body =
                "POST /v1/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: 100000\r\n\r\n"
                        .formatted(service.equals("ingest") ? "probes" : "training-runs", OPERATOR);
        for (String begun : List.of("GET /health/live HTTP/1.1\r\nX-Slow: ", body)) {
            try (RawHttps caller = new RawHttps(callers.trust(), port)) {
                caller.send(begun);
                long millis = caller.drip("x", SLOW_LIMIT_MS);
                count("slow", millis < SLOW_LIMIT_MS, service + " slow " + begun.substring(0, 20), millis + " ms");
            }
        }
    }

    /** Tries one address that begins more requests than there may be connections, then more bodies than there are threads. */
    private void crowd(HttpsCallers callers, int port, String service) throws Exception {
        String body =
                "POST /v1/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: 100000\r\n\r\nx"
                        .formatted(service.equals("ingest") ? "probes" : "training-runs", OPERATOR);
        try (RawCrowd crowd = new RawCrowd(callers.trust(), CROWD, port)) {
            crowd.begin(HALF_SENT, "");
            health(callers, port, service + " while handshakes are half-sent");
            crowd.beginSecured(HALF_SENT / 4, "GET /health/live HTTP/1.1\r\nX-Slow: ");
            health(callers, port, service + " while heads are half-sent");
            crowd.beginSecured(HALF_BODIES, body);
            health(callers, port, service + " while bodies are half-sent");
        }
    }

    private void health(HttpsCallers callers, int port, String when) throws Exception {
        for (String check : List.of("live", "ready")) {
            long began = System.nanoTime();
            String answer = RawHttps.exchange(
                    callers.trust(),
                    port,
                    "GET /health/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(check));
            long millis = (System.nanoTime() - began) / 1_000_000;
            slowestHealthMs = Math.max(slowestHealthMs, millis);
            count(
                    "crowd",
                    RawHttps.status(answer) == 200 && millis < HEALTH_LIMIT_MS,
                    check + " of " + when,
                    answer + millis + " ms");
        }
    }

    /** Sends more requests on end than a second allows, while the health check is still answered. */
    private void flood(HttpsCallers callers, int port, String service) throws Exception {
        String one = "GET /v1/session HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
        String answers = RawHttps.exchange(callers.trust(), port, one.repeat(FLOOD - 1) + last);
        String health = RawHttps.exchange(
                callers.trust(), port, "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        long refused = RawHttps.count(answers, 429);
        boolean retry = answers.toLowerCase(Locale.ROOT).contains("retry-after: 5");
        count(
                "flood",
                refused > 0
                        && refused + RawHttps.count(answers, 401) == FLOOD
                        && retry
                        && RawHttps.status(health) == 200,
                service + " flood",
                refused + " times 429, " + RawHttps.count(answers, 401) + " times 401");
        Awaitility.await("the limit's end")
                .until(() -> RawHttps.status(RawHttps.exchange(callers.trust(), port, last)) == 401);
    }

    /** Looks for tokens in what everybody may read. */
    private void open(HttpsCallers callers, int port) throws Exception {
        for (String path : List.of("/metrics", "/status", "/health/ready", "/openapi.yaml", "/")) {
            String answer = RawHttps.exchange(
                    callers.trust(),
                    port,
                    "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path));
            leaks += answer.contains(OPERATOR) || answer.contains(LESSER) ? 1 : 0;
        }
    }

    private void count(String kind, boolean asDocumented, String what, String answer) {
        int[] count = counts.computeIfAbsent(kind, unused -> new int[2]);
        count[0] += asDocumented ? 1 : 0;
        count[1]++;
        leaks += answer.contains(OPERATOR) || answer.contains(LESSER) ? 1 : 0;
        if (!asDocumented) {
            System.err.printf(
                    "%s: NOT AS DOCUMENTED: %s: %s%n",
                    kind, what, answer.lines().limit(8).toList());
        }
    }

    private Result result(HttpsCallers callers) {
        int good = counts.values().stream().mapToInt(each -> each[0]).sum();
        int all = counts.values().stream().mapToInt(each -> each[1]).sum();
        List<String> kinds = new ArrayList<>();
        counts.forEach((kind, count) -> kinds.add("%s %d of %d".formatted(kind, count[0], count[1])));
        String figures =
                "%d of %d answered as documented (%s); health within %d ms of 1,200 half-sent requests of one address; %d tokens shown; %d certificates one after the other, %d requests meanwhile, %d failed"
                        .formatted(
                                good,
                                all,
                                String.join(", ", kinds),
                                slowestHealthMs,
                                leaks,
                                CERTIFICATES,
                                callers.requests(),
                                callers.failed());
        return new Result(good == all && leaks == 0 && callers.requests() > 0 && callers.failed() == 0, figures);
    }
}
