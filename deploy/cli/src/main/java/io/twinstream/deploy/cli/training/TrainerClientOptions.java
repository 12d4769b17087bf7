package io.twinstream.deploy.cli.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.http.TlsTrust;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** These options say which trainer is asked, and carry requests to it. */
@Command(
        exitCodeList = {
            "0:done",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:the trainer refuses it, for the reason on standard error; nothing was done",
            "4:no trainer answers"
        })
final class TrainerClientOptions {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(40);

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--trainer",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8082",
            description =
                    "Where the trainer listens (default: ${DEFAULT-VALUE}). The setting trainer.http.token is sent to it.")
    private URI trainer = URI.create("");

    JsonNode get(String path) throws InterruptedException {
        return send("GET", path, BodyPublishers.noBody());
    }

    JsonNode post(Map<String, Object> body) throws InterruptedException, JsonProcessingException {
        return send("POST", "", BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    }

    JsonNode delete(String run) throws InterruptedException {
        String segment = URLEncoder.encode(run, StandardCharsets.UTF_8).replace("+", "%20");
        return send("DELETE", "/" + segment, BodyPublishers.noBody());
    }

    private JsonNode send(String method, String path, BodyPublisher body) throws InterruptedException {
        Settings settings = options.settings();
        Optional<String> token = settings.secret(TrainerSettings.HTTP_TOKEN);
        try {
            HttpClient http = TlsTrust.client(VerifierSettings.TLS_TRUST, settings.path(VerifierSettings.TLS_TRUST))
                    .connectTimeout(CONNECT)
                    .build();
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root() + "/v1/training-runs" + path))
                    .timeout(ANSWER)
                    .method(method, body);
            token.ifPresent(each -> request.header("Authorization", "Bearer " + each));
            return answer(http.send(request.build(), BodyHandlers.ofString()));
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCodes.USAGE, "--trainer must be an address like http://127.0.0.1:8082, was " + trainer);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCodes.UNREACHABLE,
                    "no trainer answers at %s: start one with 'twinstream trainer', or name another with --trainer"
                            .formatted(trainer));
        }
    }

    private String root() {
        String root = trainer.toString();
        return root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
    }

    private JsonNode answer(HttpResponse<String> response) {
        JsonNode json;
        try {
            json = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CommandException(
                    ExitCodes.FAILURE, "what listens at %s is no trainer: it answers no JSON".formatted(trainer));
        }
        int status = response.statusCode();
        if (status < 300) {
            return json;
        }
        String line = json.path("error").asText("the trainer answers " + status);
        String advice = status == 401 || status == 403 ? ": set trainer.http.token to the trainer's" : "";
        throw new CommandException(status < 500 ? ExitCodes.NEGATIVE : ExitCodes.FAILURE, line + advice);
    }
}
