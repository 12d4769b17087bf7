package io.twinstream.trainer.foreign;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.text.ForeignText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads golden pictures: from JSON lines, {@code {"image": "path from this file's folder", "embedding": [0.1, ...]}}, or from a
 * folder that holds {@code x.npy} beside each picture {@code x.png}. Pictures without a vector are left out there.
 */
final class GoldenFile {
    /** More would prove no more, and all are in memory. */
    static final int MOST = 1_000;

    private static final String NPY = ".npy";
    /** Python writes NaN and Infinity, which are no JSON: they are read, so that what is wrong can be said. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final int channels;
    private final int length;
    private final List<GoldenPicture> pictures = new ArrayList<>();

    private GoldenFile(int channels, int length) {
        this.channels = channels;
        this.length = length;
    }

    /**
     * Reads all of them.
     *
     * @param channels 1 for luma, 3 for red, green, blue
     * @param length the numbers that each vector must have
     * @return one at least, in the order of the lines or of the names
     * @throws ImportException if any can't be used; it names the file and the line
     */
    static List<GoldenPicture> read(Path path, int channels, int length) throws IOException {
        GoldenFile golden = new GoldenFile(channels, length);
        if (Files.isDirectory(path)) {
            golden.folder(path);
        } else if (!Files.isRegularFile(path)) {
            throw new ImportException("no golden vectors at %s: check the path".formatted(path));
        } else if (name(path).endsWith(NPY)) {
            throw new ImportException(
                    "%s holds vectors without pictures: name the folder that holds both".formatted(path));
        } else {
            golden.lines(path);
        }
        if (golden.pictures.isEmpty()) {
            throw new ImportException(
                    "%s holds no golden vectors: lines of JSON or .npy files beside pictures are needed"
                            .formatted(path));
        }
        return golden.pictures;
    }

    private void folder(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(Files::isRegularFile).sorted().toList();
        }
        Map<String, List<Path>> byStem = new HashMap<>();
        for (Path file : files) {
            if (FileKind.isNamedAsPicture(name(file))) {
                byStem.computeIfAbsent(stem(file), stem -> new ArrayList<>()).add(file);
            }
        }
        for (Path file : files) {
            if (name(file).endsWith(NPY)) {
                List<Path> beside = byStem.getOrDefault(stem(file), List.of());
                if (beside.size() != 1) {
                    throw new ImportException(
                            "%s has %d pictures of its name beside it: put the one that it belongs to there"
                                    .formatted(file, beside.size()));
                }
                add(file.toString(), beside.get(0), NpyFile.vector(file));
            }
        }
    }

    private void lines(Path file) throws IOException {
        int number = 0;
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    line(file, "%s line %d".formatted(file, number), line);
                }
            }
        } catch (CharacterCodingException e) {
            throw new ImportException("%s is no UTF-8 text: lines of JSON are needed".formatted(file), e);
        }
    }

    private void line(Path file, String place, String line) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new ImportException(
                    "%s is no JSON: write {\"image\": \"a.png\", \"embedding\": [0.1, ...]} on each line"
                            .formatted(place),
                    e);
        }
        JsonNode image = json.path("image");
        JsonNode embedding = json.path("embedding");
        if (!image.isTextual() || !embedding.isArray()) {
            throw new ImportException(
                    "%s has no image or no embedding: write {\"image\": \"a.png\", \"embedding\": [0.1, ...]}"
                            .formatted(place));
        }
        float[] vector = new float[embedding.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!embedding.get(i).isNumber()) {
                throw new ImportException(
                        "%s has an embedding whose number %d is none: write numbers alone".formatted(place, i + 1));
            }
            vector[i] = (float) embedding.get(i).asDouble();
        }
        Path picture;
        try {
            picture = file.toAbsolutePath().resolveSibling(image.asText());
        } catch (InvalidPathException e) {
            throw new ImportException(
                    "%s names the image %s, which is no path: write one"
                            .formatted(place, ForeignText.value(image.asText())),
                    e);
        }
        if (!Files.isRegularFile(picture)) {
            throw new ImportException(
                    "%s names the image %s, which isn't there: write the path from the file's own folder"
                            .formatted(place, ForeignText.value(image.asText())));
        }
        add(place, picture, vector);
    }

    private void add(String place, Path file, float[] vector) throws IOException {
        if (pictures.size() == MOST) {
            throw new ImportException("%s is beyond the %d golden vectors that are taken: 20 to 100 prove as much"
                    .formatted(place, MOST));
        }
        if (vector.length != length) {
            throw new ImportException(
                    "%s has %d numbers, and the model gives %d: check --output, or make the vectors with this model"
                            .formatted(place, vector.length, length));
        }
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            throw new ImportException(
                    "%s has a vector of zeros, or of numbers that aren't finite: make it again".formatted(place));
        }
        if (Files.size(file) > ImageLimits.DEFAULT.maxBytes()) {
            throw new ImportException(
                    "%s: %s is larger than pictures may be: take a smaller one".formatted(place, file));
        }
        byte[] encoded = Files.readAllBytes(file);
        Decoded decoded = decoder.decode(encoded, channels);
        if (!(decoded instanceof Picture picture)) {
            throw new ImportException(
                    "%s: the image %s can't be decoded: %s".formatted(place, file, ((Undecodable) decoded).reason()));
        }
        pictures.add(new GoldenPicture(name(file), encoded, picture, vector));
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String stem(Path file) {
        String name = name(file);
        int end = name.lastIndexOf('.');
        return (end < 0 ? name : name.substring(0, end)).toLowerCase(Locale.ROOT);
    }
}
