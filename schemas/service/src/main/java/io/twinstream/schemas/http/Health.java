package io.twinstream.schemas.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.schemas.text.ForeignText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The health answers of a service: {@code GET /health/live} and {@code GET /health/ready}. The status is 200 where every check holds,
 * else 503. The body has each check by its name, then under {@code numbers} what was measured and under {@code reasons} why a
 * check doesn't hold.
 */
public final class Health {
    private Health() {}

    public static void register(RoutesConfig routes, List<Check> live, List<Check> ready) {
        live(routes, live);
        routes.get("/health/ready", context -> answer(context, ready));
    }

    /** Registers the first of the two alone. */
    public static void live(RoutesConfig routes, List<Check> checks) {
        routes.get("/health/live", context -> answer(context, checks));
    }

    private static void answer(Context context, List<Check> checks) {
        Map<String, Object> body = new LinkedHashMap<>();
        Map<String, Double> numbers = new LinkedHashMap<>();
        Map<String, String> reasons = new LinkedHashMap<>();
        boolean healthy = true;
        for (Check check : checks) {
            Check.Finding finding = check.look().get();
            body.put(check.name(), finding.holds());
            finding.number().ifPresent(number -> numbers.put(check.name(), number));
            if (!finding.reason().isEmpty()) {
                reasons.put(check.name(), ForeignText.line(finding.reason()));
            }
            healthy &= finding.holds();
        }
        if (!numbers.isEmpty()) {
            body.put("numbers", numbers);
        }
        if (!reasons.isEmpty()) {
            body.put("reasons", reasons);
        }
        context.status(healthy ? 200 : 503).json(body);
    }
}
