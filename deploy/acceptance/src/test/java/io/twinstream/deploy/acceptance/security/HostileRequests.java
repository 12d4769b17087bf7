package io.twinstream.deploy.acceptance.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lists requests that must be refused, and how: the routes of each service, and what is done to them. */
final class HostileRequests {
    /**
     * The routes as the documentation's table of roles has them: those of GET are for the reader, those of GET and POST at ingest
     * for the sender.
     */
    private static final List<Route> ROUTES = List.of(
            new Route("verifier", "GET", "/v1/session"),
            new Route("verifier", "GET", "/v1/events"),
            new Route("verifier", "GET", "/v1/verdicts"),
            new Route("verifier", "GET", "/v1/probes/0/0/image"),
            new Route("verifier", "GET", "/v1/subjects"),
            new Route("verifier", "GET", "/v1/subjects/a/references/b/image"),
            new Route("verifier", "POST", "/v1/subjects/a/references"),
            new Route("verifier", "DELETE", "/v1/subjects/a"),
            new Route("verifier", "GET", "/v1/training-runs"),
            new Route("verifier", "POST", "/v1/training-runs"),
            new Route("verifier", "DELETE", "/v1/training-runs/x"),
            new Route("verifier", "GET", "/v1/alarms"),
            new Route("verifier", "GET", "/v1/match-windows"),
            new Route("verifier", "GET", "/v1/group"),
            new Route("verifier", "POST", "/v1/verdicts/p/feedback"),
            new Route("verifier", "GET", "/v1/models"),
            new Route("verifier", "GET", "/v1/models/activations"),
            new Route("verifier", "POST", "/v1/models/activations"),
            new Route("verifier", "POST", "/v1/models/rollback"),
            new Route("ingest", "POST", "/v1/probes"),
            new Route("ingest", "POST", "/v1/probes?wait=2s"),
            new Route("ingest", "GET", "/v1/probes/p/verdict"),
            new Route("ingest", "POST", "/v1/references/a"),
            new Route("ingest", "DELETE", "/v1/references/a"),
            new Route("ingest", "POST", "/v1/labelled-images/a"),
            new Route("ingest", "POST", "/v1/verdicts/p/feedback"),
            new Route("trainer", "GET", "/v1/training-runs"),
            new Route("trainer", "POST", "/v1/training-runs"),
            new Route("trainer", "GET", "/v1/training-runs/x"),
            new Route("trainer", "DELETE", "/v1/training-runs/x"));

    private static final int TOO_MUCH = 3 << 20;
    private static final int TOO_MUCH_OF_A_PICTURE = 17 << 20;
    private static final String JSON = "Content-Type: application/json\r\n";

    /** Word that stands before the name of a service without a token. */
    private static final String OPEN = "open ";

    private record Route(String service, String method, String path) {}

    /**
     * Is one request that must be refused.
     *
     * @param open whether the service is to have no token
     * @param statuses any of which refuses it as documented
     */
    record Attempt(String kind, String service, boolean open, String request, Set<Integer> statuses) {}

    private final List<Attempt> attempts = new ArrayList<>();
    private final String operator;
    private final String lesser;

    private HostileRequests(String operator, String lesser) {
        this.operator = bearer(operator);
        this.lesser = bearer(lesser);
    }

    /**
     * Returns all hostile requests.
     *
     * @param lesser the token that may only read, or at ingest only send and ask
     */
    static List<Attempt> all(String operator, String lesser) {
        HostileRequests requests = new HostileRequests(operator, lesser);
        requests.tokens();
        requests.bodies();
        requests.paths();
        requests.headers();
        requests.pages();
        return requests.attempts;
    }

    /** Returns allowed requests of each service, whose answers show that the refusals are for their reasons. */
    static List<Attempt> allowed(String operator, String lesser) {
        HostileRequests requests = new HostileRequests(operator, lesser);
        String identity = "allowed";
        requests.add(identity, "verifier", "GET", "/v1/session", requests.lesser, "", 200);
        requests.add(identity, "verifier", "POST", "/v1/models/rollback", requests.operator, "{", 400);
        requests.add(identity, "ingest", "POST", "/v1/probes", requests.lesser, "no image", 415);
        requests.add(identity, "ingest", "POST", "/v1/probes?wait=2s", requests.lesser, "no image", 415);
        requests.add(identity, "ingest", "POST", "/v1/probes?wait=61s", requests.lesser, "no image", 400);
        requests.add(identity, "ingest", "GET", "/v1/probes/nobody/verdict", requests.lesser, "", 404);
        requests.add(identity, "ingest", "DELETE", "/v1/references/nobody", requests.operator, "", 404);
        requests.add(identity, "trainer", "GET", "/v1/training-runs", requests.lesser, "", 200);
        requests.add(identity, "trainer", "DELETE", "/v1/training-runs/x", requests.operator, "", 404);
        return requests.attempts;
    }

    private void tokens() {
        for (Route route : ROUTES) {
            add("no token", route.service(), route.method(), route.path(), "", "", 401);
            add("wrong token", route.service(), route.method(), route.path(), bearer("guess"), "", 401);
            boolean allowed = route.method().equals("GET")
                    || (route.service().equals("ingest") && route.method().equals("POST"));
            if (!allowed) {
                add("lesser token", route.service(), route.method(), route.path(), lesser, "", 403);
            }
        }
    }

    private void bodies() {
        String kind = "oversized";
        String much = "x".repeat(TOO_MUCH);
        String picture = "x".repeat(TOO_MUCH_OF_A_PICTURE);
        String form = "Content-Type: multipart/form-data; boundary=X\r\n";
        String part = "--X\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n%s\r\n--X--\r\n"
                .formatted(picture);
        add(kind, "ingest", "POST", "/v1/probes", operator, picture, 413);
        add(kind, "ingest", "POST", "/v1/references/a", operator + form, part, 413);
        add(kind, "ingest", "POST", "/v1/verdicts/p/feedback", operator + JSON, much, 413, 400);
        add(kind, "verifier", "POST", "/v1/subjects/a/references", operator, picture, 413, 409);
        add(kind, "verifier", "POST", "/v1/models/activations", operator + JSON, much, 413);
        add(kind, "trainer", "POST", "/v1/training-runs", operator + JSON, much, 413);
        // Without a trainer there is nobody to send it to.
        add(kind, "verifier", "POST", "/v1/training-runs", operator + JSON, much, 413, 409);
        String chunked =
                "POST /v1/probes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                        .formatted(operator, picture.length(), picture);
        attempts.add(new Attempt(kind, "ingest", false, chunked, Set.of(413)));
        for (String service : List.of("verifier", "ingest", "trainer")) {
            add(kind, service, "GET", "/v1/x", operator + "X: " + "x".repeat(64 << 10) + "\r\n", "", 431);
            add(kind, service, "GET", "/" + "x".repeat(64 << 10), operator, "", 414);
        }
    }

    private void paths() {
        String kind = "path traversal";
        for (String path : List.of(
                "/page/../../../../etc/passwd",
                "/page/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/page/..%2f..%2f..%2fetc/passwd",
                "/page/..%5c..%5cetc/passwd",
                "/page/lib/....//....//etc/passwd",
                "/../../etc/passwd",
                "/page/%00/etc/passwd",
                "/page/index.html%00.js")) {
            add(kind, "verifier", "GET", path, "", "", 400, 404);
        }
        for (String path : List.of(
                "/x/../v1/session",
                "//v1/session",
                "/%76%31/session",
                "/V1/session",
                "/v1;x/session",
                "/v1%2fsession",
                "/./v1/session",
                "/v1/./session",
                "/v1/session/",
                "/v1/session;x=1",
                "/health/../v1/session")) {
            add(kind, "verifier", "GET", path, "", "", 400, 401, 404);
        }
        for (String folder : List.of("../../etc", "/etc", "images/../../etc")) {
            String run = "{\"name\":\"a\",\"version\":\"1\",\"images\":\"%s\",\"validation\":\"%s\"}"
                    .formatted(folder, folder);
            add(kind, "trainer", "POST", "/v1/training-runs", operator + JSON, run, 400, 422);
        }
    }

    private void headers() {
        String kind = "header injection";
        String injected = "a%0d%0aX-Injected:%201";
        add(kind, "ingest", "DELETE", "/v1/references/" + injected, operator, "", 400, 404);
        add(kind, "ingest", "POST", "/v1/probes?id=" + injected, operator, "x", 400, 415);
        add(kind, "ingest", "POST", "/v1/verdicts/" + injected + "/feedback", operator, "{\"correct\":true}", 400, 404);
        add(kind, "verifier", "GET", "/v1/subjects/" + injected + "/references/b/image", operator, "", 400, 404);
        add(kind, "verifier", "GET", "/v1/models/a/" + injected, operator, "", 400, 404);
        add(kind, "verifier", "GET", "/" + injected, operator, "", 400, 404);
        add(kind, "trainer", "GET", "/v1/training-runs/" + injected, operator, "", 400, 404);
        add(kind, "trainer", "DELETE", "/v1/training-runs/" + injected, operator, "", 400, 404);
        for (String service : List.of("verifier", "ingest", "trainer")) {
            add(kind, service, "POST", "/v1/x", operator + "Content-Length: 3\r\n", "12", 400);
            add(kind, service, "POST", "/v1/x", operator + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", 400);
            add(kind, service, "GET", "/v1/x", operator + "X: a\r\n b\r\n", "", 400);
            attempts.add(
                    new Attempt(kind, service, false, "GET /v1/x HTTP/1.1\r\nConnection: close\r\n\r\n", Set.of(400)));
        }
    }

    /** Adds what a page of elsewhere can have a browser send: requests without the token, which no browser adds of itself. */
    private void pages() {
        String kind = "cross-site";
        String page = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nContent-Type: text/plain\r\n";
        for (Route route : ROUTES) {
            add(kind, route.service(), route.method(), route.path(), page, "", 401);
        }
        String preflight =
                page + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n";
        for (String service : List.of("verifier", "ingest", "trainer")) {
            add(kind, service, "OPTIONS", "/v1/probes", preflight, "", 401);
            add(kind, OPEN + service, "POST", "/v1/probes", page, "x", 403);
            add(kind, OPEN + service, "GET", "/v1/session", "Sec-Fetch-Site: same-site\r\n", "", 403);
        }
    }

    private void add(
            String kind, String service, String method, String path, String headers, String body, Integer... statuses) {
        String request = "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(method, path, headers, body.length(), body);
        attempts.add(new Attempt(kind, service.replace(OPEN, ""), service.startsWith(OPEN), request, Set.of(statuses)));
    }

    private static String bearer(String token) {
        return "Authorization: Bearer %s\r\n".formatted(token);
    }
}
