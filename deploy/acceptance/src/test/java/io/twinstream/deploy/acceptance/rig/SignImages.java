package io.twinstream.deploy.acceptance.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Reads emoji as several hands have drawn them, 64 x 64 pixels in colour on a transparent ground, from packages of npm. Signs that
 * one hand draws alike to the byte are left out, since nobody can tell them apart; so are other skins of a sign.
 *
 * @param folder the folder that has the package of each hand, by its name
 */
public record SignImages(Path folder) {
    /** The hands, which are the vendors' names. */
    public static final List<String> HANDS = List.of("google", "twitter", "facebook");

    private static final long SEED = 1;

    /** A sign has a name, and a group of signs that look alike. */
    public record Sign(String name, String group) {}

    /** Returns the signs that every hand has drawn, in an order that is drawn once. */
    public List<Sign> signs() throws IOException {
        Map<String, Sign> signs = new TreeMap<>();
        JsonNode all = new ObjectMapper()
                .readTree(folder.resolve("google/package/emoji.json").toFile());
        for (JsonNode each : all) {
            String image = each.path("image").asText();
            signs.put(
                    image,
                    new Sign(
                            image.replace(".png", ""),
                            group(each.path("subcategory").asText())));
        }
        for (String hand : HANDS) {
            keepThoseThatDiffer(hand, signs);
        }
        List<Sign> drawn = new ArrayList<>(signs.values());
        Collections.shuffle(drawn, new Random(SEED));
        return drawn;
    }

    private static String group(String category) {
        return category.replaceAll("[^a-z-]", "-");
    }

    private void keepThoseThatDiffer(String hand, Map<String, Sign> signs) throws IOException {
        Map<String, List<String>> byContent = new HashMap<>();
        for (String image : List.copyOf(signs.keySet())) {
            Path file = file(hand, image);
            if (Files.isRegularFile(file)) {
                byContent
                        .computeIfAbsent(Sha256.of(Files.readAllBytes(file)), content -> new ArrayList<>())
                        .add(image);
            } else {
                signs.remove(image);
            }
        }
        byContent.values().stream().filter(alike -> alike.size() > 1).forEach(signs.keySet()::removeAll);
    }

    private Path file(String hand, String image) {
        return folder.resolve(hand)
                .resolve("package/img")
                .resolve(hand)
                .resolve("64")
                .resolve(image);
    }

    /** Writes {@code target/group/sign/sign_hand.png} of each sign and hand, and returns the target. */
    public Path write(Path target, List<Sign> signs) throws IOException {
        for (Sign sign : signs) {
            Path of = Files.createDirectories(target.resolve(sign.group()).resolve(sign.name()));
            for (String hand : HANDS) {
                Files.copy(file(hand, sign.name() + ".png"), of.resolve("%s_%s.png".formatted(sign.name(), hand)));
            }
        }
        return target;
    }
}
